"""How urgent a ticket is, changed by a person or raised by the system."""

from datetime import datetime

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status, check_move
from tickets.models import Priority, Ticket, TicketEvent
from tickets.permissions import check_staff
from tickets.services.assigning import assign_automatically, lock_candidates
from tickets.services.loads import move_load, share_of

# Nobody has begun yet: a ticket that becomes critical may still change hands for a lead.
_UNTOUCHED = frozenset({Status.OPEN, Status.ASSIGNED})


@in_transaction
def change_priority(
    ticket: Ticket,
    *,
    to: Priority,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Set the priority. When a person makes an untouched ticket critical, it is decided anew who has it."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    before = Priority(ticket.priority)
    if before == to:
        return ticket
    _check_open_to_change(ticket)
    at = at or now()
    decides_anew = to == Priority.CRITICAL and cause == Cause.REQUEST and ticket.status in _UNTOUCHED
    if decides_anew:
        lock_candidates(ticket, at=at)
    share, ticket.priority = share_of(ticket), to
    ticket.save(update_fields=["priority"])
    move_load(share, ticket)
    data = {"priority": {"before": before.slug, "after": Priority(to).slug}}
    event = record(ticket, EventKind.PRIORITY_CHANGED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)
    if decides_anew:
        assign_automatically(
            ticket, by=None, cause=Cause.ASSIGNMENT, caused_by=event, at=at, may_stay=ticket.assignee_id is not None
        )
    return ticket


@in_transaction
def raise_priority(
    ticket: Ticket, *, by: User | None, cause: str, caused_by: TicketEvent | None = None, at: datetime | None = None
) -> Ticket:
    """One step up; a critical ticket stays critical. Never lowers."""
    ticket = Ticket.objects.lock(ticket.pk)
    higher = Priority(min(ticket.priority + 1, Priority.CRITICAL))
    return change_priority(ticket, to=higher, by=by, cause=cause, caused_by=caused_by, at=at)


def _check_open_to_change(ticket: Ticket) -> None:
    """A closed ticket is final in every respect."""
    if ticket.status == Status.CLOSED:
        check_move(ticket.status, ticket.status)
