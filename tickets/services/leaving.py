"""Before the shift ends: what is due before the agent is back, and whether they keep it, hand it over, or let it go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import in_transaction
from teams.availability import load_availability
from teams.models import User
from tickets.events import Cause, EventKind
from tickets.models import Message, Ticket
from tickets.permissions import check_staff
from tickets.services.assigning import assign_automatically, assign_ticket
from tickets.services.conversing import add_note
from tickets.services.handing_over import tickets_that_leave

# So long before the end of the shift it is offered.
OFFERED_BEFORE = timedelta(minutes=45)


class NobodyElse(DomainError):
    code = "nobody_else"
    status = 409


class NotTheirs(DomainError):
    code = "not_theirs"
    status = 409


@dataclass(frozen=True, slots=True)
class Leaving:
    """`tickets` leave by themselves at `ends_at` unless they are kept."""

    ends_at: datetime
    back_at: datetime | None
    tickets: Sequence[Ticket]
    kept: Sequence[Ticket]

    def is_soon(self, at: datetime) -> bool:
        return self.ends_at - at <= OFFERED_BEFORE


def foresee_leaving(person: User, *, at: datetime) -> Leaving | None:
    """None for somebody who does not work now. At most seven queries."""
    availability = load_availability([person], as_of=at)[person.pk]
    ends_at = availability.shift_ends(at)
    if ends_at is None:
        return None
    back_at = availability.next_start(ends_at)
    if back_at == ends_at:
        return None
    cause = Cause.ABSENCE if availability.is_absent(ends_at) else Cause.SHIFT_ENDED
    leaving = list(tickets_that_leave(person, cause, back_at).select_related("requester", "team"))
    kept = (
        Ticket.objects.actionable().filter(assignee=person, kept_until__gt=ends_at).select_related("requester", "team")
    )
    return Leaving(ends_at, back_at, leaving, list(kept))


@in_transaction
def keep_ticket(ticket: Ticket, *, by: User, at: datetime | None = None) -> Ticket:
    """The assignee sees to it themselves: it stays when the shift ends. Recorded nowhere, as nothing changes hands."""
    ticket, at = _own(ticket, by), at or now()
    leaving = foresee_leaving(by, at=at)
    if leaving is not None:
        ticket.kept_until = leaving.back_at
        ticket.save(update_fields=["kept_until"])
    return ticket


@in_transaction
def hand_over(
    ticket: Ticket, *, by: User, note: str = "", to: User | None = None, at: datetime | None = None
) -> Ticket:
    """To somebody who works now, or to whoever is named; the note is what the next agent reads first.

    Raises NobodyElse when nobody who works now can take it, NotTheirs when it is somebody else's by now.
    """
    ticket, at = _own(ticket, by), at or now()
    message = add_note(ticket, body=note, by=by, at=at) if note.strip() else None
    note_id = None if message is None else message.pk
    if to is not None:
        ticket = assign_ticket(ticket, to=to, by=by, at=at, note=note_id)
    else:
        ticket = Ticket.objects.lock(ticket.pk)
        ticket = assign_automatically(
            ticket, by=by, cause=Cause.REQUEST, at=at, excluded={by.pk}, may_stay=True, note=note_id
        )
    if ticket.assignee_id == by.pk:
        raise NobodyElse(_("Nobody who works now can take it. Keep it, or choose somebody."))
    return ticket


def hand_over_note(ticket: Ticket) -> Message | None:
    """What the last agent left for this one: until somebody has answered. One query."""
    given = ticket.events.filter(kind__in=(EventKind.ASSIGNED, EventKind.REPLIED)).order_by("-seq")
    # Replies have none.
    note = Subquery(given.annotate(note=Cast(KT("data__note"), BigIntegerField())).values("note")[:1])
    return Message.objects.filter(ticket=ticket, pk=note).select_related("author").first()


def _own(ticket: Ticket, by: User) -> Ticket:
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.assignee_id != by.pk:
        raise NotTheirs(_("Somebody else has it by now."))
    return ticket
