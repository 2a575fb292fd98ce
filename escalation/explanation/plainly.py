"""Why an answer comes when it comes, for customers: the hours that count, and what is left out. In their language."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from escalation.models import Clock, Metric
from escalation.models.clock import ClockState
from helpdesk.core.spans import working_span
from tickets.models import Ticket

_OWED = (ClockState.RUNNING, ClockState.PAUSED)


def plain_reason(ticket: Ticket) -> str:
    """One or two sentences about the next thing that is owed; "" when nothing is. One query."""
    clocks = Clock.objects.filter(ticket=ticket, state__in=_OWED, stopped_at=None).select_related("calendar_version")
    by_metric = {clock.metric: clock for clock in clocks}
    for metric in (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION):
        if metric in by_metric:
            return _reason(by_metric[metric])
    return ""


def _reason(clock: Clock) -> str:
    marks = {"target": working_span(clock.target_seconds)}
    if clock.state == ClockState.PAUSED:
        return _("Time stands still while we wait for your answer.")
    said = (
        _("We mean to solve it within %(target)s of working time.") % marks
        if clock.metric == Metric.RESOLUTION
        else _("We answer within %(target)s of working time.") % marks
    )
    return f"{said} {_hours(clock)}"


def _hours(clock: Clock) -> str:
    hours = clock.calendar_version.working_calendar()
    if hours.is_always_open:
        return _("We work day and night.")
    days = sum(bool(day) for day in hours.week)
    first = min(day[0][0] for day in hours.week if day)
    last = max(day[-1][1] for day in hours.week if day)
    marks = {"first": _clock(first), "last": _clock(last), "days": days, "zone": hours.time_zone.replace("_", " ")}
    return (
        ngettext(
            "We work on %(days)s day a week between %(first)s and %(last)s (%(zone)s); holidays do not count.",
            "We work on %(days)s days a week between %(first)s and %(last)s (%(zone)s); holidays do not count.",
            days,
        )
        % marks
    )


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
