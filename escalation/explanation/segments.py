"""The stretches between a clock's start and its deadline: which of them counted, and why the others did not. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.working_time import WorkingCalendar

Period = tuple[datetime, datetime]


class SegmentKind(models.TextChoices):
    WORK = "work", _("Working time")
    CLOSED = "closed", _("Closed")
    HOLIDAY = "holiday", _("Holiday")
    PAUSED = "paused", _("Stood still")


@dataclass(frozen=True, slots=True)
class Segment:
    """`working_seconds` are those that counted: 0 unless it is work."""

    kind: SegmentKind
    since: datetime
    until: datetime
    working_seconds: int = 0


def segments_between(
    start: datetime, end: datetime, calendar: WorkingCalendar, pauses: Sequence[Period] = ()
) -> list[Segment]:
    """In order, without gaps, from `start` to `end`. `pauses` are in order and don't overlap.

    For a running clock and its deadline the working seconds add up to the target exactly.
    """
    found: list[Segment] = []
    at = start
    for since, until in pauses:
        since, until = max(since, start), min(until, end)
        if since >= until:
            continue
        found += _going(at, since, calendar)
        found.append(Segment(SegmentKind.PAUSED, since, until))
        at = until
    return found + list(_going(at, end, calendar))


def _going(start: datetime, end: datetime, calendar: WorkingCalendar) -> Iterator[Segment]:
    """Nothing paused here: work, and what lies between."""
    at = start
    for opens, closes in calendar.open_spans(start, end):
        yield from _still(at, opens, calendar)
        yield Segment(SegmentKind.WORK, opens, closes, calendar.working_seconds(opens, closes))
        at = closes
    yield from _still(at, end, calendar)


def _still(start: datetime, end: datetime, calendar: WorkingCalendar) -> Iterator[Segment]:
    """No work here: a holiday where there would be some without it, else it is closed."""
    holidays = calendar.without_closures().open_spans(start, end) if start < end else ()
    at = start
    for opens, closes in holidays:
        yield from _closed(at, opens)
        yield Segment(SegmentKind.HOLIDAY, opens, closes)
        at = closes
    yield from _closed(at, end)


def _closed(start: datetime, end: datetime) -> Iterable[Segment]:
    return [Segment(SegmentKind.CLOSED, start, end)] if start < end else []
