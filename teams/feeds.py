"""What an iCalendar feed says about days off. Pure: bytes in, closures out, or one sentence why not.

All-day events close whole days, others the part of each day that they cover. Repeated ones are followed within a window.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _

MOST_EVENTS, MOST_CLOSURES, MOST_REPEATS = 5_000, 2_000, 1_000
# An event longer than this is no holiday, whatever it says.
MOST_DAYS = 60
# Rules are followed step by step: one of hours, minutes or seconds could go on for ever.
_REPEATS_BY_DAY = frozenset({"YEARLY", "MONTHLY", "WEEKLY", "DAILY"})
_WITHIN_A_DAY = frozenset({"BYHOUR", "BYMINUTE", "BYSECOND"})


class FeedRefused(ValueError):
    """The message says what is wrong with the feed."""


@dataclass(frozen=True, slots=True)
class Closure:
    """A whole day, or the part of it between two times; 00:00 as an end is midnight."""

    day: date
    name: str
    closed_from: time | None = None
    closed_until: time | None = None


def closures_in(data: bytes, *, time_zone: str, first: date, last: date) -> list[Closure]:
    """What it closes between two days, both included, in order. Raises FeedRefused."""
    zone = ZoneInfo(time_zone)
    found: dict[tuple[date, time | None, time | None], Closure] = {}
    events = list(islice(_events(data), MOST_EVENTS + 1))
    if len(events) > MOST_EVENTS:
        raise FeedRefused(_("The feed has more than %(most)s events.") % {"most": MOST_EVENTS})
    replaced = _replaced(events)
    for event in events:
        for closure in _closures(event, zone, first, last, replaced.get(_uid(event), ())):
            found.setdefault((closure.day, closure.closed_from, closure.closed_until), closure)
        if len(found) > MOST_CLOSURES:
            raise FeedRefused(_("The feed closes more than %(most)s days.") % {"most": MOST_CLOSURES})
    return sorted(found.values(), key=lambda each: (each.day, each.closed_from or time.min))


def _events(data: bytes) -> Iterator[Any]:
    import icalendar

    if not data.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR"):
        raise FeedRefused(_("What the address sends is no iCalendar data."))
    try:
        calendars = icalendar.Calendar.from_ical(data, multiple=True)
    except Exception as error:
        raise FeedRefused(_("The feed is damaged: %(error)s") % {"error": str(error)[:120]}) from error
    for calendar in calendars:
        yield from calendar.walk("VEVENT")


def _replaced(events: Iterable[Any]) -> dict[str, list[date]]:
    """By the UID of a repeated event: what another event tells instead, be it moved or cancelled."""
    replaced = defaultdict(list)
    for event in events:
        if "RECURRENCE-ID" in event:
            with _making_sense(event):
                replaced[_uid(event)].append(event.decoded("RECURRENCE-ID"))
    return replaced


def _uid(event: Any) -> str:
    return str(event.get("UID", ""))


@contextmanager
def _making_sense(event: Any) -> Iterator[None]:
    try:
        yield
    except FeedRefused:
        raise
    except Exception as error:
        name = str(event.get("SUMMARY", ""))[:60]
        raise FeedRefused(_("The event “%(name)s” makes no sense.") % {"name": name}) from error


def _closures(event: Any, zone: ZoneInfo, first: date, last: date, replaced: Sequence[date]) -> Iterator[Closure]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return
    with _making_sense(event):
        starts, length = _starts_and_length(event)
        name = " ".join(str(event.get("SUMMARY", "")).split())[:100].replace("\x00", "")
        for start in _repeats(event, starts, first, last, replaced):
            if isinstance(start, datetime):
                yield from _parts(start, length, name, zone, first, last)
            else:
                yield from _days(start, length, name, first, last)


def _starts_and_length(event: Any) -> tuple[date, timedelta]:
    """A date or an instant, and how long. Without an end, a date lasts its day and an instant no time."""
    starts = event.decoded("DTSTART")
    is_day = not isinstance(starts, datetime)
    if "DTEND" in event:
        length = event.decoded("DTEND") - starts
    elif "DURATION" in event:
        length = event.decoded("DURATION")
    else:
        length = timedelta(days=1) if is_day else timedelta(0)
    if length > timedelta(days=MOST_DAYS):
        raise FeedRefused(
            _("The event “%(name)s” lasts longer than %(most)s days.")
            % {"name": str(event.get("SUMMARY", ""))[:60], "most": MOST_DAYS}
        )
    return starts, max(length, timedelta(days=1) if is_day else timedelta(0))


def _repeats(event: Any, starts: date, first: date, last: date, replaced: Sequence[date]) -> Iterator[date]:
    """Itself, and where its rule repeats it within the window; without the dates that it leaves out."""
    rule = event.get("RRULE")
    if rule is None:
        yield starts
        return
    if not isinstance(rule, list):
        rule = [rule]
    plain = _plain(starts)
    left_out = {_on_clock_of(starts, each) for each in [*_left_out(event), *replaced]}
    for each in rule:
        _refuse_within_a_day(event, each)
        if min(each.get("INTERVAL", [1])) < 1:
            raise ValueError("It would stand still and repeat for ever.")
        text = each.to_ical().decode()
        # Both sides of the rule's end without a zone: the wall clock repeats, not the instant.
        repeated = rrulestr(_without_zone(text), dtstart=plain, ignoretz=True)
        after = datetime.combine(first, time.min) - timedelta(days=MOST_DAYS)
        for number, moment in enumerate(repeated.xafter(max(after, plain), inc=True)):
            if moment.date() > last or number >= MOST_REPEATS:
                break
            if moment not in left_out:
                yield moment.replace(tzinfo=starts.tzinfo) if isinstance(starts, datetime) else moment.date()


def _refuse_within_a_day(event: Any, rule: Any) -> None:
    repeats = {str(each).upper() for each in rule.get("FREQ", [])}
    # A single one says the time of the day once more; with several it comes several times a day.
    if repeats <= _REPEATS_BY_DAY and all(len(rule.get(part, [])) <= 1 for part in _WITHIN_A_DAY):
        return
    name = str(event.get("SUMMARY", ""))[:60]
    raise FeedRefused(_("The event “%(name)s” repeats within a day: days off repeat daily at most.") % {"name": name})


def _on_clock_of(starts: date, value: date) -> datetime:
    """The same instant as the event's own start would say it."""
    if isinstance(starts, datetime) and isinstance(value, datetime) and starts.tzinfo and value.tzinfo:
        value = value.astimezone(starts.tzinfo)
    return _plain(value)


def _left_out(event: Any) -> Iterator[date]:
    entries = event.get("EXDATE", [])
    for entry in entries if isinstance(entries, list) else [entries]:
        yield from (each.dt for each in entry.dts)


def _plain(value: date) -> datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time.min)


def _without_zone(rule: str) -> str:
    return ";".join(part.rstrip("Z") if part.upper().startswith("UNTIL=") else part for part in rule.split(";"))


def _days(start: date, length: timedelta, name: str, first: date, last: date) -> Iterator[Closure]:
    for number in range(max(1, length.days)):
        day = start + timedelta(days=number)
        if first <= day <= last:
            yield Closure(day, name)


def _parts(start: datetime, length: timedelta, name: str, zone: ZoneInfo, first: date, last: date) -> Iterator[Closure]:
    """What it covers of each day on the calendar's wall clock; a time without a zone is meant there."""
    begin = start.astimezone(zone) if start.tzinfo is not None else start.replace(tzinfo=zone)
    end = (begin + length).replace(tzinfo=None) if start.tzinfo is None else (start + length).astimezone(zone)
    day, until = begin.date(), end.replace(tzinfo=None)
    while datetime.combine(day, time.min) < until:
        opens = begin.time() if day == begin.date() else time.min
        ends_here = until.date() == day
        closes = until.time() if ends_here else time.min
        if first <= day <= last and (not ends_here or opens < closes):
            is_whole = opens == time.min and not ends_here
            yield (
                Closure(day, name)
                if is_whole
                else Closure(day, name, opens.replace(microsecond=0), closes.replace(microsecond=0))
            )
        day += timedelta(days=1)
