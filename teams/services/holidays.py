"""National holidays and feeds become days of a calendar. What staff entered, and what they work on, stays."""

from collections.abc import Iterable
from datetime import date, datetime, time

from django.db import transaction

from teams.feeds import Closure
from teams.holidays import national_holidays
from teams.models import Calendar, Holiday

Source = Holiday.Source
# The year before is there for clocks that still run, the others for deadlines to come.
YEARS_BEFORE, YEARS_AFTER = 1, 3


def renew_national_holidays(*, as_of: datetime) -> int:
    """The sweep over calendars with a country. Returns how many have changed."""
    return sum(renew_holidays_of(calendar, as_of=as_of) for calendar in Calendar.objects.exclude(country=""))


def renew_holidays_of(calendar: Calendar, *, as_of: datetime) -> bool:
    """Last year's, this year's and three more. Without a country there are none. Says whether anything is new."""
    closures: list[Closure] = []
    if calendar.country:
        years = range(as_of.year - YEARS_BEFORE, as_of.year + YEARS_AFTER + 1)
        found = national_holidays(calendar.country, calendar.region, years)
        closures = [Closure(day, name[:100]) for day, name in found.items()]
    return replace_closures(calendar, Source.NATIONAL, closures)


@transaction.atomic
def replace_closures(calendar: Calendar, source: str, closures: Iterable[Closure]) -> bool:
    """What came from this source before gives way; rows that are the same stay the same rows."""
    Calendar.objects.select_for_update(no_key=True).get(pk=calendar.pk)
    wanted = {_key(closure): closure for closure in closures}
    stand = {(row.date, row.closed_from, row.closed_until): row for row in calendar.holidays.filter(source=source)}
    gone = [row.pk for key, row in stand.items() if key not in wanted]
    new = [closure for key, closure in wanted.items() if key not in stand]
    renamed = [row for key, row in stand.items() if key in wanted and row.name != wanted[key].name]
    for row in renamed:
        row.name = wanted[row.date, row.closed_from, row.closed_until].name
    Holiday.objects.bulk_update(renamed, ["name"])
    Holiday.objects.filter(pk__in=gone).delete()
    worked = _worked_days(calendar)
    Holiday.objects.bulk_create(
        Holiday(
            calendar=calendar,
            date=closure.day,
            name=closure.name,
            closed_from=closure.closed_from,
            closed_until=closure.closed_until,
            source=source,
            is_worked=closure.day in worked,
        )
        for closure in new
    )
    return bool(gone or new or renamed)


def _key(closure: Closure) -> tuple[date, time | None, time | None]:
    return closure.day, closure.closed_from, closure.closed_until


def _worked_days(calendar: Calendar) -> set[date]:
    """Days of which staff said that they work on them: another source may not close them again."""
    return set(calendar.holidays.filter(is_worked=True).values_list("date", flat=True))
