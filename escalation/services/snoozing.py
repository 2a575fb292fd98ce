"""Somebody lets the levels of a ticket wait for a while, and says why. What is promised is promised all the same."""

from datetime import datetime, timedelta

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.timezone import now
from django.utils.translation import gettext as _

from escalation.kinds import ESCALATION_SNOOZED
from escalation.models import EscalationTimer, Snooze
from helpdesk.core.errors import DomainError, InvalidInput
from helpdesk.core.text import single_line
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import record
from tickets.models import Ticket
from tickets.permissions import check_staff

LONGEST = timedelta(days=7)
MAX_REASON = Snooze._meta.get_field("reason").max_length or 0


class NothingToSnooze(DomainError):
    code = "nothing_to_snooze"


@in_transaction
def snooze(ticket: Ticket, *, until: datetime, reason: str, by: User, at: datetime | None = None) -> Snooze:
    """What would be due before `until` is due then. Raises InvalidInput, and NothingToSnooze on a resolved ticket."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    at = at or now()
    reason = single_line(reason)
    if not ticket.is_unresolved:
        raise NothingToSnooze(_("This ticket is resolved: nothing escalates."))
    _check(until, reason, at)
    row, is_new = Snooze.objects.get_or_create(
        ticket=ticket, defaults={"until": until, "reason": reason, "by": by, "at": at}
    )
    if not is_new and (row.until, row.reason) == (until, reason):
        return row
    row.until, row.reason, row.by, row.at = until, reason, by, at
    row.save()
    record(ticket, ESCALATION_SNOOZED, actor=by, at=at, data={"until": until.isoformat()})
    return row


def snooze_of(ticket: Ticket, *, as_of: datetime) -> Snooze | None:
    """The one that holds now."""
    return Snooze.objects.filter(ticket=ticket, until__gt=as_of).select_related("by").first()


def levels_to_come(ticket: Ticket, *, as_of: datetime) -> list[EscalationTimer]:
    """In order, each with `fires_at`: a snooze moves no timer, so that a shorter one can follow. Two queries."""
    asleep = snooze_of(ticket, as_of=as_of)
    fires_at = F("due_at") if asleep is None else Greatest("due_at", Value(asleep.until))
    timers = EscalationTimer.objects.filter(ticket=ticket).select_related("level__policy")
    return list(timers.annotate(fires_at=fires_at).order_by("fires_at", "due_at", "pk"))


def _check(until: datetime, reason: str, at: datetime) -> None:
    if not reason:
        raise InvalidInput({"reason": [_("Say why it may wait.")]})
    if len(reason) > MAX_REASON:
        raise InvalidInput({"reason": [_("Say it in %(most)s characters.") % {"most": MAX_REASON}]})
    if until <= at:
        raise InvalidInput({"until": [_("Choose a time that is still to come.")]})
    if until - at > LONGEST:
        raise InvalidInput({"until": [_("It waits for %(days)s days at most.") % {"days": LONGEST.days}]})
