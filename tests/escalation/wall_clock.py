"""Which seconds are working time, asked of the wall clock one by one. Imports nothing of ours."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

Spans = Sequence[tuple[int, int]]


def working_seconds(
    start: datetime, count: int, zone: str, week: Sequence[Spans], closed: Mapping[date, Spans]
) -> bytearray:
    """1 for each second from `start` on that lies in a span of its weekday and in no closure, else 0."""
    shown = _shown(int(start.timestamp()), count, zone)
    days = {day: _day(week[day.weekday()], closed.get(day, ())) for day in {day for day, _second in shown}}
    return bytearray([days[day][second] for day, second in shown])


@lru_cache(maxsize=1)
def _shown(first: int, count: int, zone: str) -> list[tuple[date, int]]:
    """What a clock on the wall shows at each second: the date and the second of the day."""
    place = ZoneInfo(zone)
    found = []
    for number in range(first, first + count):
        local = datetime.fromtimestamp(number, place)
        found.append((local.date(), local.hour * 3600 + local.minute * 60 + local.second))
    return found


def _day(spans: Spans, closed: Spans) -> bytearray:
    day = bytearray(86400)
    for opens, closes in spans:
        day[opens:closes] = b"\1" * (closes - opens)
    for opens, closes in closed:
        day[opens:closes] = bytes(closes - opens)
    return day
