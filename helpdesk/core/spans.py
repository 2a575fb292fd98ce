"""How far away an instant is, in a few words. `static/js/times.js` keeps them fresh with the same arithmetic."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

MINUTE, HOUR, DAY = 60, 3600, 86400
# Below this it is now; beyond that many days a date says more than a distance.
NOW_SECONDS = 45
RELATIVE_DAYS = 7


def relative(instant: datetime, *, at: datetime) -> str:
    """ "now", "5 minutes ago", "in 2 hours", "3 days ago"; from a week on the date, in the active zone."""
    seconds = int((instant - at).total_seconds())
    distance = abs(seconds)
    if distance < NOW_SECONDS:
        return _("now")
    if distance >= RELATIVE_DAYS * DAY:
        return day(instant, at=at)
    if distance < HOUR:
        return _minutes(max(1, distance // MINUTE), is_past=seconds < 0)
    if distance < DAY:
        return _hours(distance // HOUR, is_past=seconds < 0)
    return _days(distance // DAY, is_past=seconds < 0)


def day(instant: datetime, *, at: datetime) -> str:
    """ "3 March", with the year when it is another one."""
    local = timezone.localtime(instant)
    has_same_year = local.year == timezone.localtime(at).year
    return formats.date_format(local, "j F" if has_same_year else "j F Y")


def absolute(instant: datetime) -> str:
    """ "Thursday 5 March 2026, 14:30 CET", in the active zone."""
    return formats.date_format(timezone.localtime(instant), "l j F Y, H:i T")


def span(seconds: float) -> str:
    """ "2 d 4 h", "3 h 20 min", "12 min", "40 s": two units at most, never more precise than useful."""
    left = max(0, int(seconds))
    if left < DAY:
        return working_span(left)
    days, hours, *_smaller = units().split()
    return _pair(left // DAY, days, left % DAY // HOUR, hours)


def working_span(seconds: float) -> str:
    """ "26 h 30 min", never days: a day of work is not a day."""
    _day, hours, minutes, secs = units().split()
    left = max(0, int(seconds))
    if left < MINUTE:
        return f"{left} {secs}"
    if left < HOUR:
        return f"{left // MINUTE} {minutes}"
    return _pair(left // HOUR, hours, left % HOUR // MINUTE, minutes)


def units() -> str:
    """The signs for days, hours, minutes and seconds, in this order, with blanks between them."""
    return _("d h min s")


def _pair(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"


def _minutes(count: int, *, is_past: bool) -> str:
    if is_past:
        return ngettext("%(count)s minute ago", "%(count)s minutes ago", count) % {"count": count}
    return ngettext("in %(count)s minute", "in %(count)s minutes", count) % {"count": count}


def _hours(count: int, *, is_past: bool) -> str:
    if is_past:
        return ngettext("%(count)s hour ago", "%(count)s hours ago", count) % {"count": count}
    return ngettext("in %(count)s hour", "in %(count)s hours", count) % {"count": count}


def _days(count: int, *, is_past: bool) -> str:
    if is_past:
        return ngettext("%(count)s day ago", "%(count)s days ago", count) % {"count": count}
    return ngettext("in %(count)s day", "in %(count)s days", count) % {"count": count}
