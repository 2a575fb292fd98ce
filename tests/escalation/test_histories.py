"""Random histories over calendars and zones, played through the verbs, against the oracle: no second of difference.

`HISTORIES=5000 ./run test tests/escalation/test_histories.py -n0` plays more of them.
"""

import os
from dataclasses import dataclass
from datetime import datetime, time, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation.models import Metric
from escalation.services.sweeping import sweep_clocks
from teams.models import Calendar
from tests.escalation import history_oracle
from tests.escalation.desk import clock_of, promise
from tests.teams.test_working_time import calendar, settings_of_a_desk
from tests.teams.working_time_oracle import is_working
from tickets.models import Priority, Ticket
from tickets.services.conversing import reply
from tickets.services.prioritising import change_priority
from tickets.services.progressing import resume, wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

EXAMPLES = int(os.environ.get("HISTORIES", "60"))
# Minutes of first response and of resolution, so short that most histories see both sides of them.
TARGETS = {
    Priority.LOW: (700, 1500),
    Priority.MEDIUM: (300, 800),
    Priority.HIGH: (90, 400),
    Priority.CRITICAL: (20, 120),
}
UNTIL = 4 * 1440


@dataclass(frozen=True)
class Step:
    minute: int
    what: str


@st.composite
def histories(draw):
    """A legal history: what may follow depends on the status before."""
    following = {
        "working": ["pend", "pend", "reply", "resolve", "low", "high", "critical", "medium"],
        "pending": ["resume", "resolve", "reply", "low", "high"],
        "resolved": ["reopen", "reopen", "low", "critical"],
    }
    becomes = {"pend": "pending", "resume": "working", "resolve": "resolved", "reopen": "working"}
    status, minute, steps = "working", 0, []
    for _number in range(draw(st.integers(2, 12))):
        minute += draw(st.integers(1, 240))
        what = draw(st.sampled_from(following[status]))
        status = becomes.get(what, status)
        steps.append(Step(minute, what))
    return [step for step in steps if step.minute < UNTIL]


def works_an_hour_a_week(desk) -> bool:
    """On less, the longest promise is further away than anybody looks ahead."""
    return sum(closes - opens for day in desk[1] for opens, closes in day) >= 60


def play(cast, ticket: Ticket, step: Step, at: datetime) -> None:
    if step.what == "reply":
        reply(ticket, body="Hello", by=cast.amir, channel="web", at=at)
    elif step.what == "pend":
        wait_for_customer(ticket, by=cast.amir, at=at)
    elif step.what == "resume":
        resume(ticket, by=cast.amir, at=at)
    elif step.what == "resolve":
        resolve_ticket(ticket, by=cast.amir, at=at)
    elif step.what == "reopen":
        reopen_ticket(ticket, by=cast.rosa, at=at)
    else:
        change_priority(ticket, to=Priority.from_slug(step.what), by=cast.amir, at=at)


def told_to_oracle(steps: list[Step], metric_index: int) -> list[tuple[int, str | int]]:
    names = {priority.slug for priority in Priority}
    return [
        (step.minute, TARGETS[Priority.from_slug(step.what)][metric_index] if step.what in names else step.what)
        for step in steps
    ]


@pytest.mark.timeout(3600)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(desk=settings_of_a_desk().filter(works_an_hour_a_week), steps=histories(), sweeps=st.booleans())
def test_clocks_say_what_the_oracle_says(cast, desk, steps, sweeps):
    with transaction.atomic():
        _check(cast, desk, steps, sweeps)
        transaction.set_rollback(True)


def _check(cast, desk, steps, sweeps):
    zone, week, start, closures = desk
    hours = calendar(zone, week, closures)
    promise(targets={p: (a / 60, b / 60) for p, (a, b) in TARGETS.items()}, calendar=_stored(hours))
    ticket = cast.open_ticket(at=start)
    for step in steps:
        at = start + timedelta(minutes=step.minute)
        if sweeps:
            sweep_clocks(as_of=at - timedelta(microseconds=1))
        play(cast, ticket, step, at)
    end = start + timedelta(minutes=UNTIL)
    sweep_clocks(as_of=end)
    closed = {}
    for day, span in closures:
        closed.setdefault(day, []).append(span or (0, 1440))

    def working(minute: int) -> bool:
        return is_working(start + timedelta(minutes=minute), zone, week, closed)

    oracles = {Metric.FIRST_RESPONSE: history_oracle.first_response, Metric.RESOLUTION: history_oracle.resolution}
    for index, (metric, oracle) in enumerate(oracles.items()):
        target = TARGETS[Priority.MEDIUM][index]
        state, minute = oracle(told_to_oracle(steps, index), target, working, UNTIL)
        clock = clock_of(ticket, metric)
        assert clock.state == state, (metric, steps)
        if state == "breached":
            assert clock.breached_at == start + timedelta(minutes=minute), (metric, steps)
        elif state in ("met", "cancelled"):
            assert clock.stopped_at == start + timedelta(minutes=minute), (metric, steps)


def _stored(hours) -> Calendar:
    """The calendar as rows, as staff would have entered it."""
    row = Calendar.objects.create(name="Random", time_zone=hours.time_zone)
    for weekday, day in enumerate(hours.week):
        for opens, closes in day:
            row.spans.create(weekday=weekday, opens=_time(opens), closes=_time(closes))
    for day, spans in hours.closures.items():
        for opens, closes in spans:
            whole = (opens, closes) == (0, 86400)
            row.holidays.create(
                date=day, closed_from=None if whole else _time(opens), closed_until=None if whole else _time(closes)
            )
    return row


def _time(second: int) -> time:
    """Midnight as a closing time is written 00:00."""
    return time(second % 86400 // 3600, second % 3600 // 60)
