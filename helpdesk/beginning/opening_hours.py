"""Opening hours and holidays as people write them: “9–12:30, 13:30–18” for a day, “2026-12-25 Christmas” for a holiday."""

import re
from collections.abc import Iterable
from datetime import date, datetime, time
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.utils.translation import gettext as _

from teams.models import Calendar, CalendarSpan, Holiday, User
from teams.services.holidays import renew_holidays_of
from teams.services.remembering import remember_who

_TIME = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN = re.compile(rf"^{_TIME}\s*(?:-|–|—|to|bis)\s*{_TIME}$")
_HOLIDAY = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4}))\s*(.*)$")

Span = tuple[time, time]
Day = tuple[date, str]


class Unreadable(ValueError):
    """The message says which words, and how to write them instead."""


def read_spans(words: str) -> list[Span]:
    """Nothing means closed. Raises Unreadable, also for spans that overlap or end before they begin."""
    spans = sorted(_read_span(part.strip()) for part in words.split(",") if part.strip())
    for (_opens, closes), (opens, _closes) in pairwise(spans):
        if _end(closes) > opens.hour * 60 + opens.minute:
            raise Unreadable(_("“%(words)s”: these hours overlap.") % {"words": words})
    return spans


def spans_as_words(spans: Iterable[Span]) -> str:
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in spans)


def read_holidays(words: str) -> list[Day]:
    """One a line. Raises Unreadable."""
    days = {}
    for line in words.splitlines():
        if line.strip():
            day, name = _read_holiday(line.strip())
            days[day] = name
    return sorted(days.items())


def holidays_as_words(days: Iterable[Day]) -> str:
    return "\n".join(f"{day.isoformat()} {name}".rstrip() for day, name in days)


@transaction.atomic
def set_hours(
    calendar: Calendar,
    *,
    time_zone: str,
    week: list[list[Span]],
    country: str,
    holidays: list[Day],
    by: User,
    at: datetime,
) -> None:
    """Own holidays from today on become these, the country's come beside them; what is past stays."""
    remember_who(by)
    calendar = Calendar.objects.select_for_update().get(pk=calendar.pk)
    calendar.time_zone = time_zone
    calendar.is_always_open = False
    if calendar.country != country:
        calendar.country, calendar.region = country, ""
    calendar.save(update_fields=["time_zone", "is_always_open", "country", "region"])
    calendar.spans.all().delete()
    CalendarSpan.objects.bulk_create(
        CalendarSpan(calendar=calendar, weekday=weekday, opens=opens, closes=closes)
        for weekday, spans in enumerate(week)
        for opens, closes in spans
    )
    coming_holidays(calendar, today=at.astimezone(ZoneInfo(time_zone)).date()).delete()
    Holiday.objects.bulk_create(Holiday(calendar=calendar, date=day, name=name) for day, name in holidays)
    renew_holidays_of(calendar, as_of=at)


def coming_holidays(calendar: Calendar, *, today: date) -> "models.QuerySet[Holiday]":
    """What staff entered: the country's come and go with it."""
    return calendar.holidays.filter(date__gte=today, closed_from=None, source=Holiday.Source.STAFF).order_by("date")


def _read_span(words: str) -> Span:
    found = _SPAN.match(words.lower())
    try:
        if found is None:
            raise ValueError
        opens = time(int(found[1]), int(found[2] or 0))
        # 24:00, like 00:00, is the end of the day.
        closes = time(int(found[3]) % 24 if found[3] == "24" else int(found[3]), int(found[4] or 0))
    except ValueError:
        raise Unreadable(_("“%(words)s” can't be read. Write it like 9:00–17:00.") % {"words": words}) from None
    if _end(closes) <= opens.hour * 60 + opens.minute:
        raise Unreadable(_("“%(words)s” ends before it begins. Split what goes past midnight.") % {"words": words})
    return opens, closes


def _end(closes: time) -> int:
    return closes.hour * 60 + closes.minute or 24 * 60


def _read_holiday(line: str) -> Day:
    found = _HOLIDAY.match(line)
    try:
        if found is None:
            raise ValueError
        year, month, day = (found[1], found[2], found[3]) if found[1] else (found[6], found[5], found[4])
        return date(int(year), int(month), int(day)), found[7].strip(" :,–-")[:100]
    except ValueError:
        said = _("“%(line)s” can't be read. Write a date and a name, like 2026-12-25 Christmas.")
        raise Unreadable(said % {"line": line[:60]}) from None
