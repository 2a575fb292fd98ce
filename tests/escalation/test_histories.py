"""Random histories over calendars and zones, played through the verbs, against the oracle: no second of difference.

`HISTORIES=5000 ./run test tests/escalation/test_histories.py -n0` plays more of them.
"""

import os
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import transaction
from django.db.models import F, Min
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.explanation import explained_clocks
from escalation.models import Clock, Metric, SlaPolicy, SlaTarget
from escalation.services.reapplying import reapply_to
from escalation.services.sweeping import sweep_clocks
from teams.models import Calendar
from tests.escalation.history_oracle import walk
from tests.escalation.wall_clock import working_seconds
from tickets.events import Cause
from tickets.models import Priority, Ticket
from tickets.services.categorising import change_category
from tickets.services.conversing import reply
from tickets.services.prioritising import change_priority, raise_priority
from tickets.services.progressing import resume, wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

EXAMPLES = int(os.environ.get("HISTORIES", "40"))
UNTIL = 2 * 86400
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Asia/Kathmandu",
    # Half an hour of daylight saving, and two hours of it.
    "Australia/Lord_Howe",
    "Antarctica/Troll",
]
# The nights in which clocks change in one of these zones.
CHANGES = [(3, 8), (3, 29), (4, 5), (10, 4), (10, 25), (11, 1)]
# Seconds to the first response, the next one and the resolution; so short that most histories see both sides of them.
TARGETS = {"low": (42_017, 30_011, 90_001), "medium": (18_013, 9_001, 48_007), "high": (5_401, 3_607, 24_001)}
TARGETS["critical"] = (1_201, 607, 7_207)
METRICS = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE, Metric.RESOLUTION)


@st.composite
def spans(draw):
    """Up to three stretches of a day, in seconds, that do not overlap."""
    cuts = sorted(draw(st.sets(st.integers(0, 86400), min_size=2, max_size=6)))
    return [(cuts[i], cuts[i + 1]) for i in range(0, len(cuts) - 1, 2)]


@st.composite
def desks(draw):
    """A zone, a week with at least an hour of work, an opening near a change of the clocks, whole and partial closures."""
    week = draw(st.lists(st.just([(0, 86400)]) | st.just([]) | spans(), min_size=7, max_size=7).filter(_works_an_hour))
    month, day = draw(st.sampled_from(CHANGES))
    start = datetime(2026, month, day, tzinfo=UTC) + timedelta(seconds=draw(st.integers(-86400, 43200)))
    closures = draw(st.lists(_closures(start.date()), max_size=2))
    return draw(st.sampled_from(ZONES)), week, start, closures


def _works_an_hour(week) -> bool:
    """On less, the longest promise is further away than anybody looks ahead."""
    return sum(closes - opens for day in week for opens, closes in day) >= 3600


def _closures(first: date):
    span = st.just((0, 86400)) | st.tuples(st.integers(0, 40_000), st.integers(40_001, 86400))
    return st.tuples(st.integers(-1, 3).map(lambda days: first + timedelta(days=days)), span)


@st.composite
def histories(draw, first: date):
    """A legal history: what may follow depends on the status before.

    A step is (gap, what, argument). The gap are seconds, or where the next deadline is: a second before, at it, or after.
    """
    always = ["low", "medium", "high", "critical", "policy", "policy", "escalated", "reapply"]
    following = {
        "working": ["ask", "ask", "reply", "reply", "wait", "wait", "resolve", *always],
        "pending": ["ask", "ask", "reply", "resume", "resume", "resolve", "reapply", "reapply", *always],
        "resolved": ["ask", "reopen", "reopen", *always],
    }
    becomes = {"wait": "pending", "resume": "working", "resolve": "resolved", "reopen": "working", "ask": "working"}
    status, steps = "working", []
    for _number in range(draw(st.integers(4, 14))):
        gap = draw(st.integers(1, 20_000) | st.sampled_from(["due-1", "due+0", "due+1"]))
        what = draw(st.sampled_from(following[status]))
        status = becomes.get(what, status)
        argument = None
        if what in TARGETS:
            what, argument = "priority", what
        elif what == "policy":
            argument = draw(st.sampled_from(["plain", "technical"]))
        elif what == "reapply":
            argument = (draw(st.sampled_from([1, 2, 5])), draw(st.sampled_from([1, 2])), draw(_closures(first)))
        steps.append((gap, what, argument))
    return steps


@st.composite
def stories(draw):
    desk = draw(desks())
    return desk, draw(histories(desk[2].date())), draw(st.booleans())


@pytest.mark.timeout(4 * 3600)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories())
def test_clocks_say_what_the_oracle_says(cast, story):
    with transaction.atomic():
        _check(cast, *story)
        transaction.set_rollback(True)


def _check(cast, desk, steps, sweeps):
    zone, week, start, closures = desk
    house = House(cast, zone, week, closures, start)
    ticket = cast.open_ticket(at=start)
    second = 0
    for gap, what, argument in steps:
        second = house.later(ticket, second, gap)
        if second >= UNTIL:
            break
        at = start + timedelta(seconds=second)
        if sweeps:
            sweep_clocks(as_of=at - timedelta(microseconds=1))
        house.play(ticket, second, what, argument, at)
    end = start + timedelta(seconds=UNTIL)
    sweep_clocks(as_of=end)
    expected = walk(house.told, house.first_targets, house.first_working, UNTIL)
    assert _as_the_oracle(ticket, start) == sorted(
        (each.metric, each.cycle, each.state, each.at if each.state in ("breached", "met", "cancelled") else None)
        for each in expected
    ), (desk, steps)
    elapsed = {(each.metric, each.cycle): each.elapsed for each in expected}
    for explained in explained_clocks(ticket, as_of=end):
        clock = explained.clock
        if clock.state in (Clock.State.RUNNING, Clock.State.PAUSED):
            assert explained.elapsed_seconds == elapsed[clock.metric, clock.cycle], (clock, desk, steps)
        if clock.state == Clock.State.RUNNING:
            assert sum(each.working_seconds for each in explained.segments) == clock.target_seconds


def _as_the_oracle(ticket, start):
    return sorted(
        (clock.metric, clock.cycle, clock.state, _second(clock.breached_at or clock.stopped_at, start))
        for clock in Clock.objects.filter(ticket=ticket)
    )


def _second(at, start):
    return None if at is None else (at - start).total_seconds()


class House:
    """Two policies and a calendar in the database, and what the oracle is to be told of them."""

    def __init__(self, cast, zone, week, closures, start):
        self.cast, self.zone, self.week, self.closures, self.start = cast, zone, week, list(closures), start
        self.scale = 1.0
        self.told = []
        self.calendar = Calendar.objects.create(name="Random", time_zone=zone)
        for weekday, day in enumerate(week):
            for opens, closes in day:
                self.calendar.spans.create(weekday=weekday, opens=_time(opens), closes=_time(closes))
        for day, span in closures:
            self._close(day, span)
        for position, (name, conditions) in enumerate((("technical", {"category": ["technical"]}), ("plain", {}))):
            policy = SlaPolicy.objects.create(
                name=name, position=position, conditions=conditions, calendar=self.calendar
            )
            for metric, priority, seconds in self._rows(name):
                SlaTarget.objects.create(policy=policy, metric=metric, priority=priority, target_seconds=seconds)
        self.first_targets, self.first_working = self._targets(), self._working()

    def later(self, ticket: Ticket, second, gap) -> int:
        """When the next step happens, always after the one before."""
        if isinstance(gap, int):
            return second + gap
        due = Clock.objects.filter(ticket=ticket, state=Clock.State.RUNNING).aggregate(due=Min("due_at"))["due"]
        aimed = _second(due, self.start) if due is not None else 0
        return max(second + 1, int(aimed) + int(gap.removeprefix("due")))

    def play(self, ticket: Ticket, second, what, argument, at) -> None:
        ada, rosa = self.cast.ada, self.cast.rosa
        if what == "ask":
            reply(ticket, body="Hello?", by=rosa, channel="web", at=at)
        elif what == "reply":
            reply(ticket, body="Hello", by=ada, channel="web", at=at)
        elif what == "wait":
            wait_for_customer(ticket, by=ada, at=at)
        elif what == "resume":
            resume(ticket, by=ada, at=at)
        elif what == "resolve":
            resolve_ticket(ticket, by=ada, at=at)
        elif what == "reopen":
            reopen_ticket(ticket, by=rosa, at=at)
        elif what == "priority":
            change_priority(ticket, to=Priority.from_slug(argument), by=ada, at=at)
        elif what == "escalated":
            raise_priority(ticket, by=None, cause=Cause.ESCALATION, at=at)
        elif what == "policy":
            to = self.cast.technical_category if argument == "technical" else self.cast.billing_category
            change_category(ticket, to=to, by=ada, at=at)
        else:
            argument = self._change(*argument)
            reapply_to(ticket, by=ada, at=at)
        self.told.append((second, what, argument))

    def _change(self, times, over, closure):
        """Other targets and one more closure, as staff would enter them, and what the oracle is told."""
        self.scale = self.scale * times / over
        for policy in SlaPolicy.objects.filter(name__in=("technical", "plain")):
            for metric, priority, seconds in self._rows(policy.name):
                SlaTarget.objects.filter(policy=policy, metric=metric, priority=priority).update(target_seconds=seconds)
        SlaPolicy.objects.update(version=F("version") + 1)
        self.closures.append(closure)
        self._close(*closure)
        return self._targets(), self._working()

    def _close(self, day, span):
        is_whole = span == (0, 86400)
        hours = (None, None) if is_whole else (_time(span[0]), _time(span[1]))
        self.calendar.holidays.create(date=day, closed_from=hours[0], closed_until=hours[1])

    def _rows(self, policy):
        """The technical policy promises half as fast."""
        share = self.scale * (2 if policy == "technical" else 1)
        for priority, targets in TARGETS.items():
            for metric, seconds in zip(METRICS, targets, strict=True):
                yield metric, Priority.from_slug(priority), max(1, int(seconds * share))

    def _targets(self):
        targets = {}
        for policy in ("technical", "plain"):
            for metric, priority, seconds in self._rows(policy):
                targets.setdefault((policy, priority.slug), {})[str(metric)] = seconds
        return targets

    def _working(self):
        closed = {}
        for day, span in self.closures:
            closed.setdefault(day, []).append(span)
        return working_seconds(self.start, UNTIL + 1, self.zone, self.week, closed)


def _time(second: int) -> time:
    """Midnight as a closing time is written 00:00."""
    second %= 86400
    return time(second // 3600, second % 3600 // 60, second % 60)
