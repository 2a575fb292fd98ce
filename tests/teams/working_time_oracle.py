"""A second opinion on working time that imports nothing of ours: it walks minute by minute and asks the wall clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def is_working(
    at: datetime, zone: str, week: list[list[tuple[int, int]]], closed: dict[date, list[tuple[int, int]]]
) -> bool:
    """Whether the wall clock shows a working minute; spans are minutes of the day."""
    local = at.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    if any(start <= minute < end for start, end in closed.get(local.date(), [])):
        return False
    return any(start <= minute < end for start, end in week[local.weekday()])


def working_minutes(start: datetime, end: datetime, *hours) -> int:
    count, at = 0, start.astimezone(UTC)
    while at < end:
        count += is_working(at, *hours)
        at += MINUTE
    return count


def after_working_minutes(start: datetime, minutes: int, *hours) -> datetime:
    at = start.astimezone(UTC)
    while minutes:
        minutes -= is_working(at, *hours)
        at += MINUTE
    return at
