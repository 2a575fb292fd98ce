"""Before an answer is late the customer hears so, and by when it comes. The promise itself stays as it was."""

from datetime import datetime

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from escalation.kinds import SLA_SLIPPING
from escalation.models import Clock, EscalationLevel, Metric
from escalation.models.clock import ClockState
from escalation.services.clocking import running_of
from helpdesk.core.errors import DomainError
from tickets.events import Cause, record
from tickets.models import Ticket, TicketEvent
from tickets.promise import clock_time
from tickets.services.announcing import announce


class NothingSlips(DomainError):
    code = "nothing_slips"


def tell_of_new_time(ticket: Ticket, *, more_seconds: int, caused_by: TicketEvent, at: datetime) -> datetime:
    """Say to the requester, in their language and zone, that it takes so many working seconds more. Returns the new time.

    Raises NothingSlips when the clock of the level that fired is no longer owed.
    """
    clock = _clock_of(ticket, caused_by)
    if clock is None:
        raise NothingSlips(_("Nothing is owed any more."))
    promised = clock.breached_at or clock.due_at or at
    new_at = running_of(clock).calendar.add(max(promised, at), more_seconds)
    person = ticket.requester
    with translation.override(person.language), timezone.override(person.time_zone):
        words = _answer(clock) % {"time": clock_time(new_at, at=at)}
    announce(ticket, body=words, cause=Cause.ESCALATION, caused_by=caused_by, at=at)
    ticket.refresh_from_db()
    data = {"clock": clock.pk, "metric": str(clock.metric), "new_at": new_at.isoformat()}
    record(ticket, SLA_SLIPPING, actor=None, cause=Cause.ESCALATION, caused_by=caused_by, at=at, data=data)
    return new_at


def _answer(clock: Clock) -> str:
    if clock.metric == Metric.RESOLUTION:
        return _("We are still on it, and it takes longer than we said. We expect to have solved it by %(time)s.")
    return _("We are still on it, and it takes longer than we said. You will have an answer by %(time)s.")


def _clock_of(ticket: Ticket, caused_by: TicketEvent) -> Clock | None:
    level = EscalationLevel.objects.filter(policy=caused_by.data["policy"], number=caused_by.data["level"]).first()
    if level is None:
        return None
    owed = Clock.objects.filter(
        ticket=ticket, metric=level.anchor, stopped_at=None, state__in=[ClockState.RUNNING, ClockState.BREACHED]
    )
    return owed.select_related("calendar_version").order_by("-cycle").first()
