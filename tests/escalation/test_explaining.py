"""Every deadline can explain itself: a sentence, and stretches of time that add up to the promise."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from escalation.deadlines import Running
from escalation.explanation import SegmentKind, explained_clocks
from escalation.explanation.segments import segments_between
from escalation.models import Metric
from teams.working_time import DAY, WorkingCalendar
from tests.escalation.desk import HOUR, promise
from tests.escalation.test_clocks import MONDAY
from tickets.services.conversing import AfterSending, reply
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

OFFICE = {"opens": 9 * 3600, "closes": 17 * 3600}


def calendar(*closures, zone="Europe/Berlin"):
    return WorkingCalendar.from_definition(
        {
            "time_zone": zone,
            "week": [[OFFICE]] * 5 + [[], []],
            "closures": list(closures),
            "is_always_open": False,
        }
    )


def berlin(day, hour, minute=0):
    """March 2026; the 2nd is a Monday."""
    return datetime(2026, 3, day, hour - 1, minute, tzinfo=UTC)


def told(segments):
    return [(segment.kind.value, segment.working_seconds) for segment in segments]


def test_a_weekend_and_a_holiday_lie_between_friday_and_its_deadline():
    segments = segments_between(berlin(6, 15), berlin(10, 11), calendar({"date": "2026-03-09", "span": None}))

    assert told(segments) == [
        ("work", 2 * 3600),
        ("closed", 0),
        ("holiday", 0),
        ("closed", 0),
        ("work", 2 * 3600),
    ]
    assert (segments[2].since, segments[2].until) == (berlin(9, 9), berlin(9, 17))


def test_a_pause_does_not_count_and_is_one_stretch_also_overnight():
    segments = segments_between(berlin(2, 9), berlin(3, 12), calendar(), [(berlin(2, 10), berlin(3, 11))])

    assert told(segments) == [("work", 3600), ("paused", 0), ("work", 3600)]


@given(
    target=st.integers(1, 200 * 3600),
    start=st.integers(0, 60 * DAY),
    pauses=st.lists(st.tuples(st.integers(0, 5 * DAY), st.integers(1, 3 * DAY)), max_size=4),
    holiday=st.integers(0, 90),
)
def test_the_working_seconds_of_a_running_clock_are_its_target(target, start, pauses, holiday):
    day = (datetime(2026, 3, 1, tzinfo=UTC) + timedelta(days=holiday)).date().isoformat()
    hours = calendar({"date": day, "span": None})
    begun = datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=start)
    running, at, closed = Running(begun, hours), begun, []
    for gap, length in pauses:
        since = at + timedelta(seconds=gap)
        if running.elapsed(since) >= target:
            break
        at = since + timedelta(seconds=length)
        running = running.with_pause(since, at)
        closed.append((since, at))
    due = running.reaches(target)

    segments = segments_between(begun, due, hours, closed)

    assert sum(segment.working_seconds for segment in segments) == target
    assert segments[0].since == begun
    assert segments[-1].until == due
    assert all(before.until == after.since for before, after in pairwise(segments))


@pytest.fixture
def ticket(cast):
    """Four hours for the first response and twenty for the resolution, around the clock."""
    promise()
    return cast.open_ticket(at=MONDAY)


def explained(ticket, metric, as_of):
    with timezone.override(UTC):
        return next(each for each in explained_clocks(ticket, as_of=as_of) if each.clock.metric == metric)


def test_a_running_clock_says_what_is_used_and_what_is_left(ticket):
    clock = explained(ticket, Metric.FIRST_RESPONSE, MONDAY + HOUR)

    assert (clock.elapsed_seconds, clock.remaining_seconds) == (3600, 3 * 3600)
    assert "1 h of 4 h used, 3 h left" in clock.sentence


def test_a_paused_clock_says_what_it_waits_for_and_what_is_left(cast, ticket):
    reply(ticket, body="Which desk?", by=cast.amir, channel="web", then=AfterSending.WAIT, at=MONDAY + 2 * HOUR)

    clock = explained(ticket, Metric.RESOLUTION, MONDAY + 5 * HOUR)

    assert clock.sentence.startswith("Waiting for the customer since")
    assert "18 h of 20 h left" in clock.sentence
    assert [segment.kind for segment in clock.segments] == [SegmentKind.WORK]


def test_waiting_and_being_resolved_are_stretches_that_stood_still(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    reply(ticket, body="Desk 4", by=cast.rosa, channel="web", at=MONDAY + 2 * HOUR)
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 3 * HOUR)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 6 * HOUR)

    clock = explained(ticket, Metric.RESOLUTION, MONDAY + 7 * HOUR)

    assert told(clock.segments) == [
        ("work", 3600), ("paused", 0), ("work", 3600), ("paused", 0), ("work", 18 * 3600),
    ]  # fmt: skip
    assert "4 h of waiting left out" in clock.sentence


def test_a_kept_promise_says_how_quickly(cast, ticket):
    reply(ticket, body="Done", by=cast.amir, channel="web", at=MONDAY + HOUR)

    assert explained(ticket, Metric.FIRST_RESPONSE, MONDAY + 9 * HOUR).sentence == "Kept after 1 h of 4 h."


def test_a_missed_promise_says_by_how_much(cast, ticket):
    reply(ticket, body="Sorry", by=cast.amir, channel="web", at=MONDAY + 5 * HOUR)

    assert explained(ticket, Metric.FIRST_RESPONSE, MONDAY + 9 * HOUR).sentence.endswith("came 1 h late.")


def test_explaining_asks_a_fixed_number_of_questions(cast, ticket, django_assert_num_queries):
    for hour in range(1, 6):
        wait_for_customer(ticket, by=cast.amir, at=MONDAY + 2 * hour * HOUR)
        reply(ticket, body="Here", by=cast.rosa, channel="web", at=MONDAY + (2 * hour + 1) * HOUR)

    with django_assert_num_queries(2):
        explained_clocks(ticket, as_of=MONDAY + 20 * HOUR)
