"""Taking back what a press of a button just did. The history keeps both; nobody is told of either."""

from datetime import datetime, timedelta

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent
from tickets.services.assigning import TAKEN_BACK_GRACE, Why, give, unassign
from tickets.services.loads import lock_loads
from tickets.services.progressing import move
from tickets.services.resolving import take_up_again

# So long a page offers it, and so long mails about it wait.
UNDO_SECONDS = 10
# So long it is done when it is asked for: pages are slow, and so are people.
_ALLOWED_FOR = timedelta(seconds=60)


class TooLateToUndo(DomainError):
    code = "too_late_to_undo"
    status = 409


@in_transaction
def undo_assignment(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """Whoever had the ticket has it again, as before `by` gave or took it away a moment ago. Raises TooLateToUndo.

    Asks for no right to the ticket: `by` may have given it out of their own sight.
    """
    ticket, at = Ticket.objects.lock(ticket.pk), at or now()
    last = ticket.events.filter(kind__in=_ASSIGNMENTS).order_by("-seq").first()
    last = _checked(ticket, last, by=by, at=at)
    had_it, mistaken = last.data["assignee"]["before"], last.data["assignee"]["after"]
    team = last.data.get("team", {}).get("before") or ticket.team_id
    why = Why(by, Cause.UNDO, last, at)
    lock_loads({agent for agent in (had_it, mistaken) if agent is not None})
    if had_it is None:
        ticket.next_assignment_at = at + TAKEN_BACK_GRACE
        unassign(ticket, why, team=team)
        return ticket
    status = Status(last.data.get("status", {}).get("before", Status.ASSIGNED))
    give(
        ticket,
        to=had_it,
        team=team,
        why=why,
        rung="manual",
        starts_at=_reserved_from(ticket, last, at),
        status_then=status,
    )
    return ticket


@in_transaction
def undo_resolution(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """The ticket goes on as if it had not been resolved a moment ago. Raises TooLateToUndo."""
    ticket, at = Ticket.objects.lock(ticket.pk), at or now()
    last = ticket.events.filter(data__has_key="status").order_by("-seq").first()
    if last is not None and last.kind != EventKind.RESOLVED:
        last = None
    last = _checked(ticket, last, by=by, at=at)
    event = take_up_again(ticket, by=by, at=at, cause=Cause.UNDO, caused_by=last)
    waited = last.data["status"]["before"] == Status.PENDING_CUSTOMER
    if waited and ticket.status == Status.IN_PROGRESS:
        data = {"reason": None}
        move(
            ticket,
            Status.PENDING_CUSTOMER,
            EventKind.PENDED,
            by=by,
            at=at,
            cause=Cause.UNDO,
            caused_by=event,
            data=data,
        )
    return ticket


_ASSIGNMENTS = (EventKind.ASSIGNED, EventKind.UNASSIGNED)


def _checked(ticket: Ticket, last: TicketEvent | None, *, by: User, at: datetime) -> TicketEvent:
    """The act to take back: one's own, a moment ago, and nobody has built on it since."""
    if last is None or last.actor_id != by.pk or last.cause != Cause.REQUEST or at - last.at > _ALLOWED_FOR:
        raise TooLateToUndo(_("It is too late to take that back. Change it by hand instead."))
    if ticket.events.filter(seq__gt=last.seq, actor__isnull=False).exclude(actor=by).exists():
        raise TooLateToUndo(_("Somebody has gone on from there already. Change it by hand instead."))
    return last


def _reserved_from(ticket: Ticket, last: TicketEvent, at: datetime) -> datetime | None:
    """When the earlier assignment was only a reservation for later, it is one again."""
    earlier = ticket.events.filter(kind=EventKind.ASSIGNED, seq__lt=last.seq).order_by("-seq").first()
    starts_at = None if earlier is None else earlier.data.get("starts_at")
    if starts_at is None or datetime.fromisoformat(starts_at) <= at:
        return None
    return datetime.fromisoformat(starts_at)
