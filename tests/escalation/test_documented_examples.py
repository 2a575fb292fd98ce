"""Every row of the table of examples in docs/SLA.md is true."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from escalation.models import Clock, Metric, SlaPolicy, SlaTarget
from escalation.models.clock import ClockState
from escalation.services.sweeping import sweep_clocks
from teams.models import Calendar
from tickets.events import Cause
from tickets.models import Priority
from tickets.services.conversing import add_note, reply
from tickets.services.prioritising import change_priority, raise_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

PAGE = Path(__file__).resolve().parents[2] / "docs/SLA.md"
BERLIN = ZoneInfo("Europe/Berlin")
ROW = re.compile(r"^\| (20\d\d-\S+ \S+) \| ([^|]+) \|([^|]*)\| ([^|]+) \|$", re.M)
EXAMPLES = ROW.findall(PAGE.read_text())


def instant(text):
    return datetime.fromisoformat(text.strip()).replace(tzinfo=BERLIN).astimezone(UTC)


@pytest.fixture
def office(db):
    calendar = Calendar.objects.create(name="Office", time_zone="Europe/Berlin")
    for day in range(5):
        calendar.spans.create(weekday=day, opens="09:00", closes="12:00")
        calendar.spans.create(weekday=day, opens="13:00", closes="17:00")
    for day in ("2026-04-03", "2026-04-06"):
        calendar.holidays.create(date=day)
    calendar.holidays.create(date="2026-12-24", closed_from="12:00", closed_until="00:00")
    return calendar


def promised(office, text):
    """ "first response 4 h, high 1 h": the metric, and its targets."""
    medium, *rest = [part.strip() for part in text.split(",")]
    metric, hours = re.fullmatch(r"(.+) (\d+) h", medium).groups()
    policy = SlaPolicy.objects.create(name="Documented", position=0, calendar=office)
    targets = {Priority.MEDIUM: int(hours)}
    for part in rest:
        priority, more = re.fullmatch(r"(\w+) (\d+) h", part).groups()
        targets[Priority.from_slug(priority)] = int(more)
    found = Metric(metric.replace(" ", "_"))
    # A next response comes after a first one, which has to be promised as well.
    for each in {found, Metric.FIRST_RESPONSE}:
        for priority, count in targets.items():
            SlaTarget.objects.create(policy=policy, metric=each, priority=priority, target_seconds=count * 3600)
    return found


def do(cast, ticket, what, at):
    staff = {"by": cast.amir, "at": at}
    acts = {
        "reply": lambda: reply(ticket, body="Hello", channel="web", **staff),
        "note": lambda: add_note(ticket, body="Hm", **staff),
        "customer": lambda: reply(ticket, body="Hello", channel="web", by=cast.rosa, at=at),
        "waits": lambda: wait_for_customer(ticket, **staff),
        "resolved": lambda: resolve_ticket(ticket, **staff),
        "reopened": lambda: reopen_ticket(ticket, by=cast.rosa, at=at),
        "high": lambda: change_priority(ticket, to=Priority.HIGH, **staff),
        "raised by itself": lambda: raise_priority(ticket, by=None, cause=Cause.ESCALATION, at=at),
    }
    acts[what]()


def test_there_are_examples():
    assert len(EXAMPLES) >= 15


@pytest.mark.parametrize(("opened", "promise", "happens", "outcome"), EXAMPLES)
def test_what_the_page_says_is_so(cast, office, opened, promise, happens, outcome):
    metric = promised(office, promise)
    ticket = cast.open_ticket(at=instant(opened))
    for step in filter(None, (part.strip() for part in happens.split(";"))):
        what, day, time = re.fullmatch(r"(.+) (\S+) (\S+)", step).groups()
        do(cast, ticket, what, instant(f"{day} {time}"))
    said, _blank, when = outcome.strip().partition(" ")
    clock = Clock.objects.filter(ticket=ticket, metric=metric).latest("cycle")
    if said == "due":
        assert (clock.state, clock.due_at) == (ClockState.RUNNING, instant(when))
        sweep_clocks(as_of=instant(when))
        clock.refresh_from_db()
        assert clock.breached_at == instant(when)
    elif said == "broken":
        assert clock.breached_at == instant(when)
    else:
        assert clock.state == {"kept": ClockState.MET, "void": ClockState.CANCELLED}[said]
