"""Working time: how many seconds of work lie between two instants, and when a number of them is used up. Pure.

An instant is working time when the wall clock of the calendar's zone shows a time inside a span of that weekday that no
closure covers. So an hour that daylight saving repeats counts twice, and one that it skips does not count at all.
Spans and closures include their first second and exclude their last; 86400 closes at midnight.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = 86_400
MICROS = 1_000_000
# How far ahead is looked before a calendar counts as never open again.
HORIZON_DAYS = 20 * 366
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_DAY = date(1970, 1, 1).toordinal()

# Seconds of a local day, or microseconds since the epoch: the first included, the second excluded.
Span = tuple[int, int]


class InvalidCalendar(ValueError):
    """The hours make no sense; the message says which and why."""


class NeverOpen(ValueError):
    """There is not enough working time within twenty years."""


@dataclass(frozen=True)
class WorkingCalendar:
    time_zone: str
    week: tuple[tuple[Span, ...], ...]
    closures: Mapping[date, tuple[Span, ...]]
    is_always_open: bool = False
    _days: dict[int, tuple[Span, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def from_definition(cls, definition: Mapping[str, Any]) -> "WorkingCalendar":
        """Build from plain data (see `to_definition`). Raises InvalidCalendar when they make no sense."""
        week = tuple(tuple(sorted(_span(span) for span in day)) for day in definition["week"])
        closures: dict[date, tuple[Span, ...]] = {}
        for closure in definition["closures"]:
            day = date.fromisoformat(closure["date"])
            span = (0, DAY) if closure["span"] is None else _span(closure["span"])
            closures[day] = tuple(sorted({*closures.get(day, ()), span}))
        is_always_open = bool(definition["is_always_open"])
        if not is_always_open:
            _check_week(week)
        return cls(_known_zone(definition["time_zone"]), week, closures, is_always_open)

    def to_definition(self) -> dict[str, Any]:
        """{"time_zone", "week": 7 × [{"opens", "closes"}], "closures": [{"date", "span"}], "is_always_open"}, in order."""
        return {
            "time_zone": self.time_zone,
            "week": [[{"opens": opens, "closes": closes} for opens, closes in day] for day in self.week],
            "closures": [
                {
                    "date": day.isoformat(),
                    "span": None if (opens, closes) == (0, DAY) else {"opens": opens, "closes": closes},
                }
                for day in sorted(self.closures)
                for opens, closes in self.closures[day]
            ],
            "is_always_open": self.is_always_open,
        }

    def without_closures(self) -> "WorkingCalendar":
        """The same hours, as if there were no holidays."""
        return WorkingCalendar(self.time_zone, self.week, {}, self.is_always_open) if self.closures else self

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """W(start, end): whole working seconds between two aware instants; 0 when `end` is not after `start`."""
        return sum(closes - opens for opens, closes in self._spans(_micros(start), _micros(end))) // MICROS

    def add(self, start: datetime, seconds: int) -> datetime:
        """A(start, seconds): the earliest instant from `start` on with W(start, t) = seconds. Raises NeverOpen."""
        left = seconds * MICROS
        if left <= 0:
            return start
        for opens, closes in self._spans(_micros(start), None):
            if closes - opens >= left:
                return _instant(opens + left)
            left -= closes - opens
        raise NeverOpen(f"There are no {seconds} working seconds within twenty years.")

    def is_open(self, at: datetime) -> bool:
        return next(self._spans(_micros(at), _micros(at) + 1), None) is not None

    def next_opening(self, at: datetime) -> datetime:
        """The earliest open instant from `at` on. Raises NeverOpen."""
        for opens, _closes in self._spans(_micros(at), None):
            return _instant(opens)
        raise NeverOpen("The calendar does not open within twenty years.")

    def closes_after(self, at: datetime) -> datetime:
        """The end of the open stretch that contains `at`; `at` itself when it is closed then."""
        end = _micros(at)
        for opens, closes in self._spans(end, None):
            if opens > end:
                break
            end = closes
        return _instant(end)

    def open_spans(self, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
        """The open stretches within [start, end), in UTC, those that touch joined."""
        waiting: Span | None = None
        for opens, closes in self._spans(_micros(start), _micros(end)):
            if waiting is not None and waiting[1] == opens:
                waiting = (waiting[0], closes)
                continue
            if waiting is not None:
                yield _instant(waiting[0]), _instant(waiting[1])
            waiting = (opens, closes)
        if waiting is not None:
            yield _instant(waiting[0]), _instant(waiting[1])

    def _spans(self, start: int, end: int | None) -> Iterator[Span]:
        """Open stretches from `start` on, cut at both ends, a local day at a time. Without an end: to the horizon."""
        if self.is_always_open and not self.closures:
            finish = start + HORIZON_DAYS * DAY * MICROS if end is None else end
            if start < finish:
                yield start, finish
            return
        # The local date may be a day off from the UTC date in either direction.
        first = start // (DAY * MICROS) - 1
        last = first + HORIZON_DAYS if end is None else end // (DAY * MICROS) + 1
        for day in range(first, last + 1):
            for opens, closes in self._day(day):
                if closes <= start:
                    continue
                if end is not None and opens >= end:
                    return
                yield max(opens, start), closes if end is None else min(closes, end)

    def _day(self, day: int) -> tuple[Span, ...]:
        """The open stretches of one local date (days since the epoch) in microseconds UTC. Worked out once."""
        known = self._days.get(day)
        if known is None:
            known = self._days[day] = self._work_out(day)
        return known

    def _work_out(self, day: int) -> tuple[Span, ...]:
        today = date.fromordinal(day + _EPOCH_DAY)
        spans = ((0, DAY),) if self.is_always_open else self.week[today.weekday()]
        for closed in self.closures.get(today, ()):
            spans = tuple(rest for span in spans for rest in _without(span, closed))
        found = []
        for opens, closes in spans:
            for since, until, offset in _offsets(self.time_zone, day):
                begin = max(day * DAY + opens - offset, since)
                finish = min(day * DAY + closes - offset, until)
                if begin < finish:
                    found.append((begin * MICROS, finish * MICROS))
        return tuple(sorted(found))


def _known_zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidCalendar(f"There is no time zone called “{name}”.") from error


def _span(span: Mapping[str, int]) -> Span:
    opens, closes = int(span["opens"]), int(span["closes"])
    if not 0 <= opens < closes <= DAY:
        raise InvalidCalendar(f"Hours must end after they begin, within one day: {_clock(opens)}–{_clock(closes)}.")
    return opens, closes


def _check_week(week: tuple[tuple[Span, ...], ...]) -> None:
    if len(week) != 7 or not any(week):
        raise InvalidCalendar("A calendar needs working hours on at least one day of the week.")
    for day in week:
        for (_opens, closes), (opens, _closes) in pairwise(day):
            if opens < closes:
                raise InvalidCalendar(
                    f"Hours overlap: one ends at {_clock(closes)}, another begins at {_clock(opens)}."
                )


def _without(span: Span, closed: Span) -> list[Span]:
    rests = [(span[0], min(span[1], closed[0])), (max(span[0], closed[1]), span[1])]
    return [(opens, closes) for opens, closes in rests if opens < closes]


@lru_cache(maxsize=8192)
def _offsets(zone_name: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """The stretches (since, until, offset), in seconds UTC, of constant offset around one local date."""
    zone = ZoneInfo(zone_name)
    # A local date lies within 15 hours of the same date in UTC, whatever the zone.
    start, end = day * DAY - 15 * 3600, (day + 1) * DAY + 15 * 3600
    stretches = []
    since, offset = start, _offset_at(zone, start)
    for sample in range(start + 6 * 3600, end + 1, 6 * 3600):
        later = _offset_at(zone, sample)
        if later != offset:
            change = _change_between(zone, sample - 6 * 3600, sample, offset)
            stretches.append((since, change, offset))
            since, offset = change, later
    return (*stretches, (since, end, offset))


def _change_between(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """The first second whose offset is no longer `offset`, by halving."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset_at(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset_at(zone: ZoneInfo, second: int) -> int:
    offset = (_EPOCH + timedelta(seconds=second)).astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _micros(instant: datetime) -> int:
    return (instant - _EPOCH) // timedelta(microseconds=1)


def _instant(micros: int) -> datetime:
    return _EPOCH + timedelta(microseconds=micros)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"
