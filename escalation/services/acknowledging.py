"""Somebody says that they have seen an alert, and perhaps why it may stay as it is."""

from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from escalation.kinds import ALERT_KINDS, ESCALATION_ACKNOWLEDGED
from escalation.models import Acknowledgement
from helpdesk.core.errors import DomainError
from helpdesk.core.text import single_line
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import record
from tickets.models import Ticket, TicketEvent
from tickets.permissions import check_staff

MAX_REASON = Acknowledgement._meta.get_field("reason").max_length or 0


class NotAnAlert(DomainError):
    code = "not_an_alert"


class NoAlert(DomainError):
    code = "no_alert"

    def __init__(self) -> None:
        super().__init__(_("Nothing has happened here that could be acknowledged."))


class ReasonTooLong(DomainError):
    code = "reason_too_long"
    status = 400


@in_transaction
def acknowledge(alert: TicketEvent, *, by: User, reason: str = "", at: datetime | None = None) -> Acknowledgement:
    """Take an alert off everybody's page until the next one comes. Doing it twice changes and records nothing.

    Raises NotAnAlert for any other event, ReasonTooLong, and NotPermitted for whoever does not work on the ticket.
    """
    ticket = Ticket.objects.lock(alert.ticket_id)
    check_staff(ticket, by)
    if alert.kind not in ALERT_KINDS:
        raise NotAnAlert(_("Only a warning, a breach or an escalation can be acknowledged."))
    reason = single_line(reason)
    if len(reason) > MAX_REASON:
        raise ReasonTooLong(_("The reason is too long. Say it in %(most)s characters.") % {"most": MAX_REASON})
    at = at or now()
    acknowledgement, is_first = Acknowledgement.objects.get_or_create(
        alert=alert, defaults={"by": by, "at": at, "reason": reason}
    )
    if is_first:
        record(ticket, ESCALATION_ACKNOWLEDGED, actor=by, at=at, data={"alert": alert.pk, "kind": alert.kind})
    return acknowledgement


def latest_alert(ticket: Ticket) -> TicketEvent | None:
    """The newest alert of a ticket, acknowledged or not."""
    return TicketEvent.objects.filter(ticket=ticket, kind__in=ALERT_KINDS).order_by("-seq").first()
