"""A calendar as people look at one: the week as stretches of time, the year as months of days."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import formats
from django.utils.translation import gettext as _

from teams.models import Calendar, Holiday
from teams.models.calendar import Weekday
from teams.working_time import DAY, WorkingCalendar


@dataclass(frozen=True, slots=True)
class Stretch:
    """`begins` and `lasts` in percent of a day."""

    begins: float
    lasts: float
    label: str


@dataclass(frozen=True, slots=True)
class Day:
    """`kind`: "open", "short" (a part is closed), "holiday", "closed" or "worked" (a holiday on which we work)."""

    date: date
    kind: str
    says: str


@dataclass(frozen=True, slots=True)
class Month:
    name: str
    # Blank days before the first one, so that it stands under its weekday.
    blanks: range
    days: list[Day]


def week_of(hours: WorkingCalendar) -> list[tuple[str, list[Stretch]]]:
    spans = [((0, DAY),)] * 7 if hours.is_always_open else hours.week
    return [
        (str(Weekday(number).label), [_stretch(opens, closes) for opens, closes in day])
        for number, day in enumerate(spans)
    ]


def year_of(calendar: Calendar, hours: WorkingCalendar, year: int) -> list[Month]:
    holidays: dict[date, list[Holiday]] = {}
    for holiday in calendar.holidays.filter(date__year=year):
        holidays.setdefault(holiday.date, []).append(holiday)
    return [_month(hours, holidays, year, number) for number in range(1, 13)]


def holidays_of(calendar: Calendar, year: int) -> list[Holiday]:
    return list(calendar.holidays.filter(date__year=year).order_by("date", "closed_from"))


def _month(hours: WorkingCalendar, holidays: Mapping[date, list[Holiday]], year: int, number: int) -> Month:
    first = date(year, number, 1)
    days = [_day(hours, day, holidays.get(day, [])) for day in _days(first)]
    return Month(formats.date_format(first, "F"), range(first.weekday()), days)


def _days(first: date) -> Iterator[date]:
    day = first
    while day.month == first.month:
        yield day
        day += timedelta(days=1)


def _day(hours: WorkingCalendar, day: date, holidays: list[Holiday]) -> Day:
    zone = ZoneInfo(hours.time_zone)
    start, end = (datetime.combine(each, time.min, zone).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    worked, usual = hours.working_seconds(start, end), hours.without_closures().working_seconds(start, end)
    names = ", ".join(dict.fromkeys(holiday.name for holiday in holidays if holiday.name))
    if not usual:
        kind, says = "closed", _("closed")
    elif not worked:
        kind, says = "holiday", names or _("holiday")
    elif worked < usual:
        kind, says = "short", names or _("a part is closed")
    elif holidays:
        kind, says = "worked", _("%(name)s, and we work") % {"name": names or _("Holiday")}
    else:
        kind, says = "open", _("%(hours)s h of work") % {"hours": formats.number_format(worked / 3600, 1)}
    return Day(day, kind, f"{formats.date_format(day, 'D j F')}: {says}")


def _stretch(opens: int, closes: int) -> Stretch:
    return Stretch(opens * 100 / DAY, (closes - opens) * 100 / DAY, f"{_clock(opens)}–{_clock(closes)}")


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def year_context(calendar: Calendar, year: int) -> dict[str, Any]:
    hours = calendar.working_calendar()
    return {
        "calendar": calendar,
        "year": year,
        "week": week_of(hours),
        "months": year_of(calendar, hours, year),
        "holidays": holidays_of(calendar, year),
        "weekdays": [formats.date_format(date(2024, 1, day), "D")[:2] for day in range(1, 8)],
    }
