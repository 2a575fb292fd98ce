"""When a person works: shifts in their own zone, holidays, absences, and data that contradicts itself."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from teams.availability import load_availability
from teams.models import Absence, AgentProfile, Calendar, Shift, User

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def at(hour, minute=0, day=0):
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.fixture
def calendar(db):
    calendar = Calendar.objects.create(name="Nine to five", time_zone="UTC")
    for day in range(5):
        calendar.spans.create(weekday=day, opens=time(9), closes=time(17))
    return calendar


@pytest.fixture
def person(calendar):
    user = User.objects.create_user("amir@example.com", time_zone="UTC", is_staff=True)
    AgentProfile.objects.create(user=user, calendar=calendar)
    return user


def availability(user):
    return load_availability([User.objects.select_related("agent_profile").get(pk=user.pk)], as_of=MONDAY)[user.pk]


def test_without_shifts_the_calendar_holds(person):
    free = availability(person)
    assert [free.is_on_shift(at(h)) for h in (8, 9, 16, 17)] == [False, True, True, False]
    assert free.shift_ends(at(10)) == at(17)


def test_own_shifts_win_and_are_in_the_persons_zone(person):
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Kolkata")
    Shift.objects.create(user=person, weekday=0, starts=time(9), ends=time(17))
    free = availability(person)
    assert free.is_on_shift(at(3, 30))
    assert not free.is_on_shift(at(11, 30))
    assert free.next_start(at(12)) == at(3, 30, day=7)


def test_shifts_that_overlap_are_one_longer_shift(person):
    Shift.objects.create(user=person, weekday=0, starts=time(9), ends=time(13))
    Shift.objects.create(user=person, weekday=0, starts=time(12), ends=time(18))
    assert availability(person).shift_ends(at(10)) == at(18)


def test_a_shift_past_midnight_is_one_stretch(person):
    Shift.objects.create(user=person, weekday=0, starts=time(20), ends=time(0))
    Shift.objects.create(user=person, weekday=1, starts=time(0), ends=time(4))
    assert availability(person).shift_ends(at(21)) == at(4, day=1)


def test_holidays_of_the_calendar_apply_to_own_shifts_too(person, calendar):
    calendar.holidays.create(date=date(2026, 3, 2))
    Shift.objects.create(user=person, weekday=0, starts=time(9), ends=time(17))
    assert availability(person).next_start(at(8)) == at(9, day=7)


def test_an_absence_ends_the_shift_and_delays_the_next_one(person):
    Absence.objects.create(user=person, starts_at=at(12), ends_at=at(10, day=2))
    free = availability(person)
    assert free.shift_ends(at(10)) == at(12)
    assert free.is_absent(at(12))
    assert not free.is_absent(at(10, day=2))
    assert free.next_start(at(13)) == at(10, day=2)


def test_absences_that_follow_each_other_are_all_waited_for(person):
    Absence.objects.create(user=person, starts_at=at(0), ends_at=at(12, day=1))
    Absence.objects.create(user=person, starts_at=at(11, day=1), ends_at=at(12, day=3))
    assert availability(person).next_start(at(9)) == at(12, day=3)


def test_somebody_without_any_hours_never_starts(person):
    Calendar.objects.all().update(is_default=False)
    AgentProfile.objects.update(calendar=None)
    free = availability(person)
    assert (free.is_on_shift(at(10)), free.next_start(at(10)), free.shift_ends(at(10))) == (False, None, None)


def test_the_number_of_queries_does_not_grow_with_people(person, calendar, django_assert_num_queries):
    for number in range(30):
        user = User.objects.create_user(f"a{number}@example.com", is_staff=True)
        AgentProfile.objects.create(user=user, calendar=calendar)
        Shift.objects.create(user=user, weekday=1, starts=time(9), ends=time(17))
    people = list(User.objects.select_related("agent_profile"))
    load_availability(people, as_of=MONDAY)
    with django_assert_num_queries(5):
        load_availability(people, as_of=MONDAY)
