"""What the helpdesk itself says to the customer: a public message without an author, that no clock takes for an answer."""

from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.transactions import in_transaction
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import IllegalMove, Status
from tickets.models import Message, Ticket, TicketEvent


@in_transaction
def announce(
    ticket: Ticket,
    *,
    body: str,
    cause: str = Cause.TIME,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Message:
    """Raises IllegalMove on a closed ticket: nothing is said there any more."""
    ticket = Ticket.objects.lock(ticket.pk)
    if ticket.status == Status.CLOSED:
        raise IllegalMove(_("A closed ticket is final."), status_now=ticket.status, allowed=[])
    at = at or now()
    message = Message.objects.create(
        ticket=ticket, author=None, body=body, is_from_staff=True, channel=ticket.channel, sent_at=at
    )
    data = {"message": message.pk, "by_staff": True, "automatic": True}
    record(ticket, EventKind.REPLIED, actor=None, cause=cause, caused_by=caused_by, at=at, data=data)
    return message
