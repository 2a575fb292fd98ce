"""Calendars as staff keep them: hours with breaks, holidays whole and partial, and versions that never change."""

from datetime import UTC, date, datetime, time

import pytest
from django.core.exceptions import ValidationError

from teams.models import Calendar, Holiday, Team
from teams.models.calendar import CalendarSpan, CalendarVersion, Weekday, check_calendar
from teams.working_time import InvalidCalendar

pytestmark = pytest.mark.django_db

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def desk():
    """Mondays from nine to twelve and from one to five, in UTC."""
    calendar = Calendar.objects.create(name="Desk", time_zone="UTC")
    calendar.spans.create(weekday=Weekday.MONDAY, opens=time(9), closes=time(12))
    calendar.spans.create(weekday=Weekday.MONDAY, opens=time(13), closes=time(17))
    return Calendar.objects.get(pk=calendar.pk)


def hours_of(calendar):
    return Calendar.objects.get(pk=calendar.pk).working_calendar()


def test_a_lunch_break_is_no_working_time(desk):
    hours = hours_of(desk)
    assert not hours.is_open(MONDAY_NOON)
    assert hours.next_opening(MONDAY_NOON) == MONDAY_NOON.replace(hour=13)
    assert hours.working_seconds(MONDAY_NOON.replace(hour=8), MONDAY_NOON.replace(hour=18)) == 7 * 3600


def test_midnight_as_a_closing_time_is_the_end_of_the_day(desk):
    desk.spans.create(weekday=Weekday.SUNDAY, opens=time(20), closes=time(0))
    sunday = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert hours_of(desk).closes_after(sunday) == datetime(2026, 3, 2, tzinfo=UTC)


def test_a_holiday_closes_the_day_or_the_part_that_it_names(desk):
    desk.holidays.create(date=date(2026, 3, 2), closed_from=time(11), closed_until=time(15))
    desk.holidays.create(date=date(2026, 3, 9), name="Founders' day")
    hours = hours_of(desk)
    assert hours.closes_after(MONDAY_NOON.replace(hour=9)) == MONDAY_NOON.replace(hour=11)
    assert hours.next_opening(MONDAY_NOON) == MONDAY_NOON.replace(hour=15)
    assert hours.next_opening(datetime(2026, 3, 2, 17, tzinfo=UTC)) == datetime(2026, 3, 16, 9, tzinfo=UTC)


def test_the_zone_of_the_calendar_says_when_nine_is(desk):
    Calendar.objects.filter(pk=desk.pk).update(time_zone="Asia/Kolkata")
    assert hours_of(desk).next_opening(datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 3, 2, 3, 30, tzinfo=UTC)


def test_an_unchanged_calendar_keeps_its_version_and_a_changed_one_gets_another(desk):
    first = desk.current_version()
    assert desk.current_version() == first
    desk.holidays.create(date=date(2026, 3, 9))
    second = Calendar.objects.get(pk=desk.pk).current_version()
    assert second != first
    desk.holidays.all().delete()
    assert Calendar.objects.get(pk=desk.pk).current_version() == first


def test_a_version_says_forever_what_the_calendar_said_once(desk):
    version = desk.current_version()
    before = version.working_calendar()
    desk.spans.all().delete()
    desk.spans.create(weekday=Weekday.FRIDAY, opens=time(9), closes=time(10))
    assert CalendarVersion.objects.get(pk=version.pk).working_calendar() == before != hours_of(desk)


def test_the_order_in_which_hours_were_entered_makes_no_other_version(desk):
    version = desk.current_version()
    desk.spans.filter(opens=time(9)).delete()
    desk.spans.create(weekday=Weekday.MONDAY, opens=time(9), closes=time(12))
    assert Calendar.objects.get(pk=desk.pk).current_version() == version


@pytest.mark.parametrize(("opens", "closes"), [(time(11), time(14)), (time(9), time(12)), (time(8), time(0))])
def test_hours_that_overlap_are_refused_with_a_reason(desk, opens, closes):
    desk.spans.create(weekday=Weekday.MONDAY, opens=opens, closes=closes)
    with pytest.raises(ValidationError, match="overlap"):
        check_calendar(Calendar.objects.get(pk=desk.pk))


def test_a_calendar_without_hours_is_refused_unless_it_is_always_open():
    empty = Calendar.objects.create(name="Empty", time_zone="UTC")
    with pytest.raises(InvalidCalendar, match="at least one day"):
        empty.working_calendar()
    empty.is_always_open = True
    assert empty.working_calendar().is_open(MONDAY_NOON)


@pytest.mark.parametrize(("opens", "closes"), [(time(17), time(9)), (time(9), time(9))])
def test_hours_end_after_they_begin(desk, opens, closes):
    with pytest.raises(ValidationError, match="end after it begins"):
        CalendarSpan(calendar=desk, weekday=Weekday.TUESDAY, opens=opens, closes=closes).full_clean()


def test_a_part_of_a_holiday_has_a_beginning_and_an_end(desk):
    with pytest.raises(ValidationError, match="both times"):
        Holiday(calendar=desk, date=date(2026, 3, 9), closed_from=time(12)).full_clean()


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(ValidationError):
        Calendar(name="Nowhere", time_zone="Europe/Atlantis").full_clean()


def test_there_is_one_default_and_teams_without_hours_of_their_own_keep_it(desk):
    default = Calendar.objects.default()
    team = Team.objects.create(name="Any", slug="any")
    assert team.working_calendar() == default.working_calendar()
    desk.is_default = True
    with pytest.raises(ValidationError, match="default calendar already"):
        desk.full_clean()
