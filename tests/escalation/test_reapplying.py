"""Running tickets keep the policy and the hours they began with, until somebody re-applies today's, after a look at what it does."""

from datetime import timedelta

import pytest
from django.db.models import F

from escalation.kinds import SLA_BREACHED, SLA_REAPPLIED
from escalation.models import Clock, EscalationTimer, Metric, SlaPolicy, SlaTarget
from escalation.models.clock import BreachCause, ClockState
from escalation.services.reapplying import PREVIEW, REAPPLY, reapply_to
from helpdesk.core.jobs import run_due_jobs, start_job
from teams.models import Calendar
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, clock_of, promise
from tickets.models import Ticket
from tickets.services.conversing import reply
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket


def change_targets(metric, hours):
    SlaTarget.objects.filter(policy__name="Plain", metric=metric).update(target_seconds=int(hours * 3600))
    SlaPolicy.objects.filter(name="Plain").update(version=F("version") + 1)


@pytest.fixture
def ticket(cast):
    promise()
    return cast.open_ticket()


def test_a_running_clock_keeps_its_version_until_it_is_asked_for(cast, ticket):
    change_targets(Metric.RESOLUTION, 30)
    assert clock_of(ticket, Metric.RESOLUTION).due_at == MONDAY + 20 * HOUR
    after = reapply_to(ticket, by=cast.ada, at=MONDAY + HOUR)
    clock = clock_of(ticket, Metric.RESOLUTION)
    assert (clock.due_at, clock.policy_version) == (MONDAY + 30 * HOUR, 2)
    assert after.resolution_due_at == MONDAY + 30 * HOUR
    event = after.events.get(kind=SLA_REAPPLIED)
    assert event.actor == cast.ada


def test_doing_it_again_records_nothing(cast, ticket):
    change_targets(Metric.RESOLUTION, 30)
    after = reapply_to(ticket, by=cast.ada, at=MONDAY + HOUR)
    assert reapply_to(ticket, by=cast.ada, at=MONDAY + 2 * HOUR).version == after.version


def test_a_deadline_that_is_past_by_the_new_target_breaches_now_and_says_why(cast, ticket):
    change_targets(Metric.RESOLUTION, 2)
    reapply_to(ticket, by=cast.ada, at=MONDAY + 3 * HOUR)
    clock = clock_of(ticket, Metric.RESOLUTION)
    assert (clock.breached_at, clock.breach_cause) == (MONDAY + 3 * HOUR, BreachCause.POLICY_CHANGED)
    assert ticket.events.get(kind=SLA_BREACHED).caused_by.kind == SLA_REAPPLIED


def test_what_was_broken_or_kept_stays_so(cast, ticket):
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + HOUR)
    change_targets(Metric.FIRST_RESPONSE, 0.1)
    change_targets(Metric.RESOLUTION, 100)
    reapply_to(ticket, by=cast.ada, at=MONDAY + 21 * HOUR)
    assert clock_of(ticket, Metric.FIRST_RESPONSE).state == ClockState.MET
    assert clock_of(ticket, Metric.RESOLUTION).breached_at == MONDAY + 20 * HOUR


def test_a_pause_is_measured_in_the_new_hours_and_the_open_one_counts_when_it_ends(cast):
    office = Calendar.objects.create(name="Office", time_zone="UTC")
    for day in range(5):
        office.spans.create(weekday=day, opens="09:00", closes="17:00")
    promise(calendar=office)
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY + HOUR)
    reply(ticket, body="Here", by=cast.rosa, channel="web", at=MONDAY + 3 * HOUR)
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 4 * HOUR)
    office.holidays.create(date=MONDAY.date(), closed_from="12:00", closed_until="13:00")
    reapply_to(ticket, by=cast.ada, at=MONDAY + 5 * HOUR)
    clock = clock_of(ticket, Metric.RESOLUTION)
    # Of the first pause, from 11 to 13, one hour is closed now; of the time before and after it none.
    assert (clock.state, clock.paused_seconds) == (ClockState.PAUSED, 3600)
    reply(ticket, body="And here", by=cast.rosa, channel="web", at=MONDAY + 6 * HOUR)
    assert clock_of(ticket, Metric.RESOLUTION).paused_seconds == 3 * 3600


def test_levels_move_with_it(cast):
    promise()
    climb((50, [{"do": "notify", "who": "lead"}]), anchor=Metric.RESOLUTION)
    ticket = cast.open_ticket()
    change_targets(Metric.RESOLUTION, 30)
    reapply_to(ticket, by=cast.ada, at=MONDAY + HOUR)
    assert EscalationTimer.objects.get(ticket=ticket).due_at == MONDAY + 15 * HOUR


def test_a_policy_that_promises_it_no_more_cancels_it(cast, ticket):
    SlaTarget.objects.filter(policy__name="Plain", metric=Metric.RESOLUTION).delete()
    SlaPolicy.objects.filter(name="Plain").update(version=2)
    reapply_to(ticket, by=cast.ada, at=MONDAY + HOUR)
    assert clock_of(ticket, Metric.RESOLUTION).state == ClockState.CANCELLED


@pytest.mark.django_db
def test_the_preview_counts_and_changes_nothing_and_the_job_does_it(cast, ticket, monkeypatch):
    other = cast.open_ticket()
    resolve_ticket(cast.open_ticket(), by=cast.amir, at=MONDAY + HOUR)
    monkeypatch.setattr("escalation.services.reapplying.now", lambda: MONDAY + 2 * HOUR)
    change_targets(Metric.RESOLUTION, 30)
    change_targets(Metric.FIRST_RESPONSE, 1)
    before = list(Clock.objects.order_by("pk").values_list("due_at", "state", "policy_version"))
    job = start_job(PREVIEW, {}, by=cast.ada)
    run_due_jobs()
    job.refresh_from_db()
    assert job.result["effects"] == {"later": 2, "breaches": 2}
    assert {row["ticket"] for row in job.result["shown"]} == {ticket.reference, other.reference}
    assert list(Clock.objects.order_by("pk").values_list("due_at", "state", "policy_version")) == before
    job = start_job(REAPPLY, {}, by=cast.ada)
    run_due_jobs()
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"changed": 2})
    assert clock_of(ticket, Metric.FIRST_RESPONSE).state == ClockState.BREACHED
    assert clock_of(other, Metric.RESOLUTION).due_at == MONDAY + 30 * HOUR
    assert Ticket.objects.get(pk=ticket.pk).events.get(kind=SLA_REAPPLIED).actor == cast.ada


def test_the_ticket_says_which_policy_holds_and_why(cast):
    promise("VIP", position=1, conditions={"organisation": ["Big"]})
    promise("Billing", position=2, conditions={"category": ["billing", "account"]})
    clock = clock_of(cast.open_ticket(), Metric.RESOLUTION)
    assert clock.policy.name == "Billing"
    assert clock.why == {"matched": {"category": ["billing"]}, "passed_over": [["VIP", "organisation"]]}


def test_a_policy_may_want_a_new_promise_when_a_ticket_is_reopened(cast):
    promise(reopen_rule="restart")
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + HOUR)
    after = reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 5 * HOUR)
    rows = Clock.objects.filter(ticket=ticket, metric=Metric.RESOLUTION).order_by("cycle")
    assert list(rows.values_list("state", "started_at", "due_at")) == [
        (ClockState.MET, MONDAY, MONDAY + 20 * HOUR),
        (ClockState.RUNNING, MONDAY + 5 * HOUR, MONDAY + 25 * HOUR),
    ]
    assert after.resolution_due_at == MONDAY + 25 * HOUR
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 6 * HOUR)
    reply(ticket, body="Here", by=cast.rosa, channel="web", at=MONDAY + 7 * HOUR)
    assert list(rows.values_list("state", "due_at")) == [
        (ClockState.MET, MONDAY + 20 * HOUR),
        (ClockState.RUNNING, MONDAY + 26 * HOUR),
    ]


def test_hours_are_those_of_the_policy_else_of_the_organisation_else_of_the_team(cast):
    from teams.models import Organisation

    calendars = [Calendar.objects.create(name=f"Hours {n}", is_always_open=True) for n in range(3)]
    policy = promise(calendar=calendars[0])
    organisation = Organisation.objects.create(name="Big", calendar=calendars[1])
    cast.billing.calendar = calendars[2]
    cast.billing.save()
    held = []
    for expected, fields in ((calendars[0], {}), (calendars[1], {"calendar": None})):
        SlaPolicy.objects.filter(pk=policy.pk).update(**fields)
        ticket = cast.open_ticket(organisation=organisation, at=MONDAY + timedelta(hours=len(held)))
        held.append(clock_of(ticket, Metric.RESOLUTION).calendar_version.calendar == expected)
    assert held == [True, True]
    assert clock_of(cast.open_ticket(), Metric.RESOLUTION).calendar_version.calendar == calendars[2]
