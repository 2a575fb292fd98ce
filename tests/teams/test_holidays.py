"""National holidays by country and region, and the memory of who changed a calendar."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import ProtectedError

from teams.holidays import countries, national_holidays
from teams.models import Calendar, ConfigurationChange, Holiday
from teams.services.holidays import renew_holidays_of, renew_national_holidays
from teams.services.remembering import remember_who
from tests.cast import make_person

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


@pytest.fixture
def calendar(db):
    calendar = Calendar.objects.create(name="Munich", time_zone="Europe/Berlin", country="DE", region="BY")
    for day in range(5):
        calendar.spans.create(weekday=day, opens="09:00", closes="17:00")
    return calendar


def test_a_region_has_holidays_that_the_country_has_not():
    bavaria, hamburg = (national_holidays("DE", region, range(2026, 2027)) for region in ("BY", "HH"))
    assert date(2026, 1, 6) in bavaria
    assert date(2026, 1, 6) not in hamburg
    assert date(2026, 10, 3) in hamburg


@pytest.mark.parametrize("country", ["DE", "US", "BR", "IN", "JP", "AU", "GB", "FR"])
def test_well_known_countries_are_known(country):
    assert country in countries()
    assert national_holidays(country, "", range(2026, 2027))


@pytest.mark.parametrize(
    ("country", "region", "field"), [("XX", "", "country"), ("DE", "ZZ", "region"), ("", "BY", "region")]
)
def test_what_is_unknown_is_refused(country, region, field):
    with pytest.raises(ValidationError) as refused:
        Calendar(name="x", country=country, region=region).clean()
    assert field in refused.value.message_dict


def test_they_are_closed_and_come_back_only_once(calendar):
    assert renew_national_holidays(as_of=NOW) == 1
    assert renew_national_holidays(as_of=NOW) == 0
    hours = calendar.working_calendar()
    assert not hours.is_open(datetime(2026, 1, 6, 11, tzinfo=UTC))
    years = {holiday.date.year for holiday in calendar.holidays.all()}
    assert years == {2025, 2026, 2027, 2028, 2029}


def test_a_day_that_is_worked_on_stays_so_and_staffs_own_days_stay(calendar):
    renew_holidays_of(calendar, as_of=NOW)
    calendar.holidays.filter(date="2026-01-06").update(is_worked=True)
    calendar.holidays.create(date="2026-12-24", name="Ours")
    Calendar.objects.filter(pk=calendar.pk).update(region="BW")
    calendar.refresh_from_db()
    renew_holidays_of(calendar, as_of=NOW)
    assert calendar.working_calendar().is_open(datetime(2026, 1, 6, 11, tzinfo=UTC))
    Calendar.objects.filter(pk=calendar.pk).update(country="", region="")
    calendar.refresh_from_db()
    renew_holidays_of(calendar, as_of=NOW)
    assert list(calendar.holidays.values_list("name", flat=True)) == ["Ours"]


def test_running_clocks_keep_the_version_they_began_with(calendar):
    before = calendar.current_version()
    renew_holidays_of(calendar, as_of=NOW)
    after = Calendar.objects.get(pk=calendar.pk).current_version()
    assert after != before
    assert before.working_calendar().is_open(datetime(2026, 1, 6, 11, tzinfo=UTC))


@pytest.mark.django_db
def test_the_database_remembers_who_changed_what(calendar):
    ada = make_person("Ada", is_staff=True)
    ConfigurationChange.objects.all().delete()
    with transaction.atomic():
        remember_who(ada)
        Calendar.objects.filter(pk=calendar.pk).update(name="Office")
        Holiday.objects.create(calendar=calendar, date="2026-12-24", name="Eve")
        remember_who(None)
    Calendar.objects.filter(pk=calendar.pk).update(feed_error="down")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_calendar SET time_zone = 'UTC' WHERE id = %s", [calendar.pk])
    told = [
        (row.by, row.table, row.differences())
        for row in ConfigurationChange.objects.filter(subject="calendar", subject_id=calendar.pk).order_by("id")
    ]
    assert told[0] == (ada, "teams_calendar", [("name", "Munich", "Office")])
    assert told[1][:2] == (ada, "teams_holiday")
    assert told[2] == (None, "teams_calendar", [("time_zone", "Europe/Berlin", "UTC")])
    assert len(told) == 3


def test_a_calendar_in_use_is_not_deleted(calendar, cast):
    cast.billing.calendar = calendar
    cast.billing.save()
    with pytest.raises(ProtectedError):
        calendar.delete()
