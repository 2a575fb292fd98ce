"""History played again under the set-up as it is gives what happened, exactly; under another one, what would have happened."""

import os
from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings

from escalation.models import Anchor, Clock, Escalation, EscalationLevel, EscalationPolicy, EscalationTimer, Metric
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from escalation.services.what_if import simulate
from escalation.simulation.replay import replay
from escalation.simulation.rules import rules_today
from escalation.simulation.story import stories_of
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, promise
from tests.escalation.test_histories import UNTIL, House, stories
from tickets.models import Priority, Ticket
from tickets.services.conversing import reply
from tickets.services.progressing import wait_for_customer

EXAMPLES = int(os.environ.get("HISTORIES", "25"))
TELL = [{"do": "notify", "who": "lead"}]


def played(ticket, *, until, draft=None):
    return replay(next(stories_of([ticket.pk])), rules_today(draft), until=until)


def clocks_recorded(ticket):
    columns = ("metric", "cycle", "state", "due_at", "warned_at", "stopped_at", "breached_at", "breach_cause")
    return sorted(Clock.objects.filter(ticket=ticket).values_list(*columns), key=str)


def clocks_played(result):
    return sorted(
        (
            (c.metric, c.cycle, c.state, c.due_at, c.warned_at, c.stopped_at, c.breached_at, c.cause)
            for c in result.clocks
        ),
        key=str,
    )


def firings_recorded(ticket):
    rows = Escalation.objects.filter(ticket=ticket)
    return sorted(rows.values_list("level", "outcome", "due_at", "fired_at"), key=str)


def firings_played(result):
    return sorted(((f.level, f.outcome, f.due_at, f.fired_at) for f in result.firings), key=str)


def sweep_promptly(until, *, since):
    """Come by whenever something is due, up to but not at `until`, and never before `since`."""
    while True:
        due = [
            *Clock.objects.running().filter(due_at__lt=until).values_list("due_at", flat=True),
            *Clock.objects.running()
            .filter(warned_at=None, warning_at__lt=until, due_at__gt=F("warning_at"))
            .values_list("warning_at", flat=True),
            *EscalationTimer.objects.filter(due_at__lt=until).values_list("due_at", flat=True),
        ]
        if not due:
            return
        since = max(since, min(due))
        sweep_clocks(as_of=since)
        fire_due_levels(as_of=since)


def levels_of_all_kinds():
    EscalationPolicy.objects.update(is_active=False)
    for name, anchor, distance in (("a", Metric.FIRST_RESPONSE, 900), ("b", Metric.RESOLUTION, 0)):
        policy = EscalationPolicy.objects.create(name=name, level_distance_seconds=distance)
        for number, percent in enumerate((50, 100, 120), start=1):
            actions = [*TELL, {"do": "raise_priority"}] if number == 2 else TELL
            conditions = {"priority": ["high", "critical"]} if (name, number) == ("b", 1) else {}
            EscalationLevel.objects.create(
                policy=policy, number=number, anchor=anchor, offset_percent=percent, actions=actions,
                conditions=conditions,
            )  # fmt: skip
    anchored = EscalationPolicy.objects.create(
        name="c", level_distance_seconds=600, conditions={"category": ["billing"]}
    )
    for number, anchor in enumerate((Anchor.NEXT_RESPONSE, Anchor.LAST_UPDATE, Anchor.OPENED), start=1):
        EscalationLevel.objects.create(
            policy=anchored, number=number, anchor=anchor, offset_seconds=7200 if number > 1 else -60, actions=TELL
        )


@pytest.mark.timeout(4 * 3600)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
@given(story=stories())
def test_an_unchanged_set_up_reproduces_the_record(cast, story):
    with transaction.atomic():
        _check(cast, *story)
        transaction.set_rollback(True)


def _check(cast, desk, steps, _sweeps):
    zone, week, start, closures = desk
    levels_of_all_kinds()
    house = House(cast, zone, week, closures, start)
    ticket = cast.open_ticket(at=start)
    second, at = 0, start
    for gap, what, argument in steps:
        if what == "reapply":
            continue
        second = house.later(ticket, second, gap)
        if second >= UNTIL:
            break
        before, at = at, start + timedelta(seconds=second)
        sweep_promptly(at, since=before)
        house.play(ticket, second, what, argument, at)
    end = start + timedelta(seconds=UNTIL)
    sweep_promptly(end + timedelta(microseconds=1), since=at)
    result = played(ticket, until=end)
    assert clocks_played(result) == clocks_recorded(ticket), (desk, steps)
    assert firings_played(result) == firings_recorded(ticket), (desk, steps)


def test_a_draft_of_targets_breaks_other_promises_and_writes_nothing(cast):
    policy = promise()
    climb((100, TELL))
    ticket = cast.open_ticket()
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + 3 * HOUR)
    before = Ticket.objects.get(pk=ticket.pk).version
    targets = {priority.slug: {"first_response": 7200, "resolution": 72000} for priority in Priority}
    until = MONDAY + 10 * HOUR
    assert [clock.breached_at for clock in played(ticket, until=until).clocks] == [None, None]
    result = played(ticket, until=until, draft={"policies": {str(policy.pk): {"targets": targets}}})
    assert [clock.breached_at for clock in result.clocks] == [MONDAY + 2 * HOUR, None]
    assert [(firing.number, firing.fired_at) for firing in result.firings] == [(1, MONDAY + 2 * HOUR)]
    assert (Ticket.objects.get(pk=ticket.pk).version, Escalation.objects.count()) == (before, 0)


def test_a_draft_of_a_level_fires_at_another_time(cast):
    promise()
    level = climb((75, TELL)).levels.get()
    ticket = cast.open_ticket()
    draft = {"levels": {str(level.pk): {"offset_percent": 25}}}
    assert [firing.due_at for firing in played(ticket, until=MONDAY + 2 * HOUR, draft=draft).firings] == [MONDAY + HOUR]
    assert played(ticket, until=MONDAY + 2 * HOUR).firings == []


def test_a_draft_of_hours_counts_in_them(cast):
    promise()
    climb((100, TELL))
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY + 30 * HOUR)
    calendar = cast.billing.calendar
    closed = calendar.definition() | {"closures": [{"date": MONDAY.date().isoformat(), "span": None}]}
    draft = {"calendars": {str(calendar.pk): closed}}
    due = [clock.due_at for clock in played(ticket, until=MONDAY + HOUR, draft=draft).clocks]
    midnight = MONDAY.replace(hour=0) + timedelta(days=1)
    assert due == [midnight + 4 * HOUR, midnight + 20 * HOUR]


def test_the_job_counts_what_would_have_happened_against_what_did(cast):
    policy = promise()
    levels = climb((100, TELL), (150, TELL, {"priority": ["critical"]}))
    answered, missed = cast.open_ticket(), cast.open_ticket()
    reply(answered, body="Hi", by=cast.amir, channel="web", at=MONDAY + 3 * HOUR)
    sweep_promptly(MONDAY + 10 * HOUR, since=MONDAY)
    stands = (Clock.objects.count(), Escalation.objects.count(), EscalationTimer.objects.count())

    def run(draft):
        return simulate(days=1, draft=draft, until=MONDAY + 10 * HOUR, progress=lambda *_: None)

    same = run({})
    assert (
        same["would"]
        == same["did"]
        == {
            "tickets": 2,
            "breaches": {"first_response": 1},
            "firings": {f"{levels.pk}/1/fired": 1, f"{levels.pk}/2/skipped": 1},
            # The warning, the breach to assignee and lead, the level to the lead.
            "messages": 4,
            "calls": 0,
        }
    )
    assert same["shown"] == []
    targets = {priority.slug: {"first_response": 7200, "resolution": 72000} for priority in Priority}
    other = run({"policies": {str(policy.pk): {"targets": targets}}})
    assert (other["would"]["breaches"], other["did"]["breaches"]) == ({"first_response": 2}, {"first_response": 1})
    assert [line["ticket"] for line in other["shown"]] == [answered.reference, missed.reference]
    assert stands == (Clock.objects.count(), Escalation.objects.count(), EscalationTimer.objects.count())
