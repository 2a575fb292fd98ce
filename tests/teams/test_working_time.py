"""Working time against an oracle that walks the minutes, over zones, daylight saving, partial holidays and lunch breaks."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.working_time import DAY, InvalidCalendar, NeverOpen, WorkingCalendar
from tests.teams.working_time_oracle import after_working_minutes, working_minutes

ZONES = ["UTC", "Europe/Berlin", "America/Sao_Paulo", "Asia/Kolkata", "Australia/Lord_Howe", "America/New_York"]
# Around the days on which clocks change somewhere: Berlin and New York in spring and autumn, Lord Howe by half an hour.
STARTS = [
    datetime(2026, month, day, tzinfo=UTC) for month, day in ((3, 7), (3, 28), (4, 4), (10, 3), (10, 24), (10, 31))
]


def calendar(zone="UTC", week=None, closures=(), is_always_open=False):
    nine_to_five = [[(540, 1020)]] * 5 + [[], []]
    return WorkingCalendar.from_definition(
        {
            "time_zone": zone,
            "week": [[{"opens": a * 60, "closes": b * 60} for a, b in day] for day in (week or nine_to_five)],
            "closures": [
                {
                    "date": day.isoformat(),
                    "span": None if span is None else {"opens": span[0] * 60, "closes": span[1] * 60},
                }
                for day, span in closures
            ],
            "is_always_open": is_always_open,
        }
    )


@st.composite
def spans(draw):
    """Up to three stretches of a day, in minutes, that do not overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]


@st.composite
def settings_of_a_desk(draw):
    zone = draw(st.sampled_from(ZONES))
    week = draw(st.lists(spans(), min_size=7, max_size=7).filter(any))
    start = draw(st.sampled_from(STARTS)) + timedelta(minutes=draw(st.integers(0, 2 * 1440)))
    closures = draw(
        st.lists(
            st.tuples(
                st.integers(-1, 4).map(lambda days: (start + timedelta(days=days)).date()),
                st.none() | st.tuples(st.integers(0, 700), st.integers(701, 1440)),
            ),
            max_size=2,
        )
    )
    return zone, week, start, closures


def oracle_hours(zone, week, closures):
    closed: dict[date, list] = {}
    for day, span in closures:
        closed.setdefault(day, []).append(span or (0, 1440))
    return zone, week, closed


@settings(max_examples=150, deadline=None)
@given(settings_of_a_desk(), st.integers(0, 3 * 1440))
def test_working_seconds_are_those_that_the_wall_clock_counts(desk, minutes):
    zone, week, start, closures = desk
    end = start + timedelta(minutes=minutes)
    expected = working_minutes(start, end, *oracle_hours(zone, week, closures)) * 60
    assert calendar(zone, week, closures).working_seconds(start, end) == expected


@settings(max_examples=150, deadline=None)
@given(settings_of_a_desk(), st.integers(1, 600))
def test_adding_working_time_ends_where_the_wall_clock_has_counted_it(desk, minutes):
    zone, week, start, closures = desk
    expected = after_working_minutes(start, minutes, *oracle_hours(zone, week, closures))
    assert calendar(zone, week, closures).add(start, minutes * 60) == expected


@settings(max_examples=100, deadline=None)
@given(settings_of_a_desk(), st.integers(0, 200_000))
def test_adding_and_measuring_are_inverse_to_the_second(desk, seconds):
    zone, week, start, closures = desk
    hours = calendar(zone, week, closures)
    start += timedelta(seconds=17, microseconds=123_456)
    end = hours.add(start, seconds)
    assert hours.working_seconds(start, end) == seconds
    if seconds:
        assert hours.working_seconds(start, end - timedelta(microseconds=1)) == seconds - 1


@settings(max_examples=60, deadline=None)
@given(settings_of_a_desk())
def test_open_spans_are_all_there_is_and_touch_nowhere(desk):
    zone, week, start, closures = desk
    hours = calendar(zone, week, closures)
    end = start + timedelta(days=4)
    found = list(hours.open_spans(start, end))
    assert sum(int((b - a).total_seconds()) for a, b in found) == hours.working_seconds(start, end)
    assert all(first[1] < second[0] for first, second in pairwise(found))
    assert all(hours.is_open(a) and not hours.is_open(b) for a, b in found if b < end)


def test_an_hour_that_is_repeated_counts_twice_and_one_that_is_skipped_not_at_all():
    night = calendar("Europe/Berlin", [[(0, 1440)]] * 7)
    spring, autumn = datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC)
    assert night.working_seconds(spring, spring + timedelta(hours=23)) == 23 * 3600
    assert night.add(autumn, 25 * 3600) == datetime(2026, 10, 25, 23, tzinfo=UTC)
    two_to_three = calendar("Europe/Berlin", [[(120, 180)]] * 7)
    assert two_to_three.working_seconds(spring, spring + timedelta(hours=20)) == 0
    assert two_to_three.working_seconds(autumn, autumn + timedelta(hours=20)) == 2 * 3600


def test_the_end_is_reached_at_closing_time_and_not_at_the_next_opening():
    friday = datetime(2026, 3, 6, 16, tzinfo=UTC)
    assert calendar().add(friday, 3600) == datetime(2026, 3, 6, 17, tzinfo=UTC)
    assert calendar().add(friday, 3601) == datetime(2026, 3, 9, 9, 0, 1, tzinfo=UTC)


def test_work_past_midnight_is_one_stretch():
    hours = calendar(week=[[(1200, 1440)], [(0, 240)]] + [[]] * 5)
    monday = datetime(2026, 3, 2, 21, tzinfo=UTC)
    assert hours.closes_after(monday) == datetime(2026, 3, 3, 4, tzinfo=UTC)
    assert hours.next_opening(monday - timedelta(hours=5)) == datetime(2026, 3, 2, 20, tzinfo=UTC)


def test_always_open_minds_only_its_closures():
    hours = calendar(is_always_open=True, closures=[(date(2026, 3, 3), None)])
    assert hours.add(datetime(2026, 3, 2, 23, tzinfo=UTC), 7200) == datetime(2026, 3, 4, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ([[(540, 720), (700, 800)]] + [[]] * 6, "overlap"),
        ([[(540, 540)]] + [[]] * 6, "end after they begin"),
        ([[(540, 1500)]] + [[]] * 6, "within one day"),
        ([[]] * 7, "at least one day"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_reason(week, sentence):
    with pytest.raises(InvalidCalendar, match=sentence):
        calendar(week=week)


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_refused_with_its_name(zone):
    with pytest.raises(InvalidCalendar, match="no time zone"):
        calendar(zone)


def test_a_calendar_that_never_opens_again_says_so():
    hours = calendar(week=[[(0, 1)]] + [[]] * 6)
    with pytest.raises(NeverOpen):
        hours.add(datetime(2026, 3, 2, tzinfo=UTC), 10 * DAY)


def test_ten_years_are_no_work():
    assert calendar("Europe/Berlin").add(datetime(2026, 3, 2, 8, tzinfo=UTC), 10 * 250 * 8 * 3600).year in (2035, 2036)


def test_the_definition_survives_a_round_trip():
    hours = calendar("Europe/Berlin", closures=[(date(2026, 3, 3), None), (date(2026, 3, 2), (600, 700))])
    assert WorkingCalendar.from_definition(hours.to_definition()) == hours
