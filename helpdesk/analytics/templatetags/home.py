"""Spans and instants as the home says them."""

from datetime import datetime, timedelta

from django import template
from django.utils.formats import date_format
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from helpdesk.core import spans

register = template.Library()


@register.filter
def as_span(value: timedelta) -> str:
    return spans.span(value.total_seconds())


@register.filter
def at_most(value: int, most: int) -> int:
    return min(value, most)


@register.filter
def soon(instant: datetime) -> str:
    """ "17:00", "tomorrow 09:00", "Monday 09:00", "7 March 09:00"; midnight is said as the day that begins."""
    local, today = localtime(instant), localtime(now()).date()
    clock = "" if (local.hour, local.minute) == (0, 0) else date_format(local, "H:i")
    days = (local.date() - today).days
    if days == 0:
        return clock or date_format(local, "H:i")
    day = _("tomorrow") if days == 1 else date_format(local, "l" if 0 < days < 7 else "j F")
    return f"{day} {clock}".strip()
