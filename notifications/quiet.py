"""Hours in which somebody does not want to be written to: the arithmetic. Values in, values out."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_SATURDAY = 5
# A weekend and the nights around it are a handful of stretches; more would be a mistake of ours.
_MOST_STRETCHES = 10


def quiet_until(at: datetime, *, starts: time, ends: time, zone: ZoneInfo, is_weekend_quiet: bool) -> datetime | None:
    """When the quiet around `at` ends, in UTC; None when `at` is not quiet. `starts` belongs to it, `ends` does not.

    A stretch whose end is not after its start goes past midnight.
    """
    end = at.astimezone(zone)
    for _stretch in range(_MOST_STRETCHES):
        further = _end_of_stretch(end, starts, ends, is_weekend_quiet)
        if further is None:
            break
        end = further
    return None if end == at.astimezone(zone) else end.astimezone(UTC)


def _end_of_stretch(local: datetime, starts: time, ends: time, is_weekend_quiet: bool) -> datetime | None:
    if is_weekend_quiet and local.weekday() >= _SATURDAY:
        return _on(local, time(0), days=7 - local.weekday())
    clock = local.time()
    if starts < ends:
        return _on(local, ends) if starts <= clock < ends else None
    if clock >= starts:
        return _on(local, ends, days=1)
    return _on(local, ends) if clock < ends else None


def _on(local: datetime, clock: time, *, days: int = 0) -> datetime:
    """By the wall clock. Through UTC and back, so that an hour that does not exist becomes the next one that does."""
    naive = datetime.combine(local.date() + timedelta(days=days), clock)
    return naive.replace(tzinfo=local.tzinfo).astimezone(UTC).astimezone(local.tzinfo)
