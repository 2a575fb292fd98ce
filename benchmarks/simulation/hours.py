"""The simulated week: instants are minutes since a Monday midnight, the desk is open on weekdays from eight to six."""

from datetime import UTC, datetime, timedelta

DAY, WEEK = 24 * 60, 7 * 24 * 60
OPENS, CLOSES, WORKDAYS = 8 * 60, 18 * 60, 5
_A_DAY = CLOSES - OPENS
_MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def worked(at: float) -> float:
    """Working minutes of the desk since the beginning."""
    week, rest = divmod(at, WEEK)
    day, minute = divmod(rest, DAY)
    if day >= WORKDAYS:
        day, minute = WORKDAYS, 0
    return week * WORKDAYS * _A_DAY + day * _A_DAY + min(max(minute - OPENS, 0), _A_DAY)


def when_worked(minutes: float) -> float:
    """The earliest instant at which so many minutes have been worked."""
    days, minute = divmod(minutes, _A_DAY)
    if minute == 0 and days:
        days, minute = days - 1, _A_DAY
    week, day = divmod(days, WORKDAYS)
    return week * WEEK + day * DAY + OPENS + minute


def instant(at: float) -> datetime:
    return _MONDAY + timedelta(minutes=at)
