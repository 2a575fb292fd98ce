"""What starts, pauses and stops a clock, and what a deadline is then."""

from datetime import timedelta

import pytest

from escalation.kinds import SLA_BREACHED
from escalation.models import Metric, SlaPolicy
from escalation.models.clock import BreachCause, ClockState
from escalation.services.promising import PROMISES, show_promises
from escalation.services.sweeping import sweep_clocks
from teams.models import User
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, clock_of, promise
from tickets.events import Cause, EventKind
from tickets.models import Channel, Priority, Ticket
from tickets.services.categorising import change_category
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.prioritising import change_priority, raise_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

FIRST, RESOLUTION = Metric.FIRST_RESPONSE, Metric.RESOLUTION


@pytest.fixture(autouse=True)
def plain(db):
    """Cast tickets are medium: four hours to the first response, twenty to the resolution, around the clock."""


@pytest.fixture
def ticket(cast):
    promise()
    return cast.open_ticket()


def answer(ticket, by, at, **changes):
    return reply(ticket, body="Hello", by=by, channel=Channel.WEB, at=at, **changes)


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_the_promise_stands_on_the_ticket_from_the_first_moment(ticket):
    assert ticket.first_response_due_at == MONDAY + 4 * HOUR
    assert ticket.resolution_due_at == MONDAY + 20 * HOUR
    assert ticket.next_due_at == MONDAY + 4 * HOUR
    assert ticket.next_warning_at == MONDAY + 3 * HOUR
    assert fresh(ticket).first_response_due_at == ticket.first_response_due_at


def test_a_human_agents_public_reply_meets_the_first_response(cast, ticket):
    answer(ticket, cast.amir, MONDAY + HOUR)
    clock = clock_of(ticket, FIRST)
    assert (clock.state, clock.stopped_at) == (ClockState.MET, MONDAY + HOUR)
    assert fresh(ticket).next_due_at == MONDAY + 20 * HOUR


def test_a_reply_at_the_very_deadline_is_in_time_and_a_moment_later_it_is_not(cast):
    promise()
    in_time, late = cast.open_ticket(), cast.open_ticket()
    answer(in_time, cast.amir, MONDAY + 4 * HOUR)
    answer(late, cast.amir, MONDAY + 4 * HOUR + timedelta(microseconds=1))
    assert clock_of(in_time, FIRST).state == ClockState.MET
    clock = clock_of(late, FIRST)
    assert (clock.state, clock.breached_at, clock.breach_cause) == (
        ClockState.BREACHED,
        MONDAY + 4 * HOUR,
        BreachCause.LATE,
    )


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, ticket: add_note(ticket, body="n", by=cast.amir, at=MONDAY + HOUR),
        lambda cast, ticket: answer(ticket, cast.amir, MONDAY + HOUR, is_automatic=True),
        lambda cast, ticket: answer(ticket, cast.rosa, MONDAY + HOUR),
        lambda cast, ticket: wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR),
    ],
)
def test_notes_machines_customers_and_moves_are_no_response_and_never_pause_it(cast, ticket, act):
    act(cast, ticket)
    clock = clock_of(ticket, FIRST)
    assert (clock.state, clock.due_at) == (ClockState.RUNNING, MONDAY + 4 * HOUR)


def test_a_ticket_that_staff_open_with_their_own_words_starts_no_first_response(cast):
    promise()
    ticket = cast.open_ticket(by=cast.amir, author=cast.amir)
    assert not ticket.clocks.filter(metric=FIRST).exists()
    assert ticket.first_response_due_at is None
    assert ticket.resolution_due_at == MONDAY + 20 * HOUR


def test_waiting_for_the_customer_pauses_the_resolution_and_leaves_no_deadline(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    clock = clock_of(ticket, RESOLUTION)
    assert (clock.state, clock.due_at, clock.paused_at) == (ClockState.PAUSED, None, MONDAY + 2 * HOUR)
    assert fresh(ticket).resolution_due_at is None


def test_the_customers_answer_adds_the_pause_to_the_deadline(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    answer(ticket, cast.rosa, MONDAY + 12 * HOUR)
    assert clock_of(ticket, RESOLUTION).due_at == MONDAY + 30 * HOUR
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 13 * HOUR)
    answer(ticket, cast.rosa, MONDAY + 14 * HOUR)
    assert fresh(ticket).resolution_due_at == MONDAY + 31 * HOUR


def test_resolving_in_time_meets_the_resolution_and_voids_an_unanswered_first_response(cast, ticket):
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + HOUR)
    assert clock_of(ticket, RESOLUTION).state == ClockState.MET
    assert clock_of(ticket, FIRST).state == ClockState.CANCELLED
    assert fresh(ticket).next_due_at is None


def test_a_reopened_ticket_continues_the_same_clock_with_the_resolved_time_left_out(cast, ticket):
    answer(ticket, cast.amir, MONDAY + HOUR, then=AfterSending.RESOLVE)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 49 * HOUR)
    clock = clock_of(ticket, RESOLUTION)
    assert (clock.state, clock.due_at, clock.started_at) == (ClockState.RUNNING, MONDAY + 68 * HOUR, MONDAY)


def test_a_priority_changed_while_resolved_leaves_the_promise_kept_and_counts_after_reopening(cast, ticket):
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    changed = change_priority(ticket, to=Priority.HIGH, by=cast.lena, at=MONDAY + 3 * HOUR)
    assert (clock_of(ticket, RESOLUTION).state, changed.resolution_due_at) == (ClockState.MET, MONDAY + 20 * HOUR)
    reopened = reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 5 * HOUR)
    assert reopened.resolution_due_at == MONDAY + 13 * HOUR


def test_reopened_with_a_priority_whose_time_is_used_up_breaches_there_and_then(cast, ticket):
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 6 * HOUR)
    change_priority(ticket, to=Priority.CRITICAL, by=cast.lena, at=MONDAY + 7 * HOUR)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 9 * HOUR)
    clock = clock_of(ticket, RESOLUTION)
    assert (clock.breached_at, clock.breach_cause) == (MONDAY + 9 * HOUR, BreachCause.PRIORITY_CHANGED)
    breach = ticket.events.get(kind=SLA_BREACHED, data__metric=RESOLUTION)
    assert breach.caused_by.kind == EventKind.PRIORITY_CHANGED


def test_what_escalation_raised_changes_no_deadline_after_reopening_either(cast, ticket):
    raise_priority(ticket, by=None, cause=Cause.ESCALATION, at=MONDAY + HOUR)
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    assert reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 5 * HOUR).resolution_due_at == MONDAY + 23 * HOUR


def test_resolved_while_waiting_and_reopened_leaves_out_both(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    resolve_ticket(ticket, by=cast.rosa, at=MONDAY + 2 * HOUR)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 5 * HOUR)
    assert clock_of(ticket, RESOLUTION).due_at == MONDAY + 24 * HOUR


def test_a_persons_change_of_priority_is_retroactive_and_keeps_pauses(cast, ticket):
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    answer(ticket, cast.rosa, MONDAY + 2 * HOUR)
    changed = change_priority(ticket, to=Priority.HIGH, by=cast.amir, at=MONDAY + 3 * HOUR)
    assert changed.resolution_due_at == MONDAY + 11 * HOUR
    lowered = change_priority(ticket, to=Priority.LOW, by=cast.amir, at=MONDAY + 3 * HOUR)
    assert lowered.resolution_due_at == MONDAY + 41 * HOUR


def test_a_priority_whose_deadline_is_past_breaches_at_the_change_with_that_cause(cast, ticket):
    at = MONDAY + 3 * HOUR
    change_priority(ticket, to=Priority.HIGH, by=cast.amir, at=at)
    clock = clock_of(ticket, FIRST)
    assert (clock.breached_at, clock.breach_cause) == (at, BreachCause.PRIORITY_CHANGED)
    assert ticket.events.get(kind=SLA_BREACHED).data["cause"] == BreachCause.PRIORITY_CHANGED


def test_a_priority_raised_by_escalation_leaves_the_deadline_alone(cast, ticket):
    raised = raise_priority(ticket, by=None, cause=Cause.ESCALATION, at=MONDAY + HOUR)
    assert raised.priority == Priority.HIGH
    assert raised.first_response_due_at == MONDAY + 4 * HOUR


def test_a_breach_is_final(cast, ticket):
    breached = MONDAY + 4 * HOUR
    change_priority(ticket, to=Priority.LOW, by=cast.amir, at=breached + HOUR)
    wait_for_customer(ticket, by=cast.amir, at=breached + 2 * HOUR)
    answer(ticket, cast.amir, breached + 3 * HOUR)
    clock = clock_of(ticket, FIRST)
    assert (clock.state, clock.breached_at, clock.stopped_at) == (ClockState.BREACHED, breached, breached + 3 * HOUR)
    assert fresh(ticket).breached_at == breached
    assert ticket.events.filter(kind=SLA_BREACHED).count() == 1


def test_a_ticket_is_overdue_from_its_breach_until_what_was_promised_has_happened(cast, ticket):
    late = MONDAY + 5 * HOUR

    def overdue():
        return ticket in Ticket.objects.overdue(late)

    sweep_clocks(as_of=late)
    assert overdue()
    answer(ticket, cast.amir, late)
    assert not overdue()
    assert fresh(ticket).breached_at == MONDAY + 4 * HOUR


def test_a_breach_is_over_when_the_ticket_is_resolved_without_an_answer(cast, ticket):
    sweep_clocks(as_of=MONDAY + 5 * HOUR)
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 5 * HOUR)
    reopened = reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 6 * HOUR)
    assert clock_of(ticket, FIRST).state == ClockState.BREACHED
    assert reopened.next_due_at == MONDAY + 21 * HOUR


def test_a_ticket_that_nobody_has_breaches_because_nobody_was_available(cast):
    from tickets.services.assigning import take_back

    promise()
    ticket = take_back(cast.open_ticket(), by=cast.lena, at=MONDAY)
    answer(ticket, cast.lena, MONDAY + 5 * HOUR)
    assert clock_of(ticket, FIRST).breach_cause == BreachCause.NOBODY_AVAILABLE


def test_another_category_means_the_promise_of_that_category(cast, ticket):
    promise("Technical", position=0, conditions={"category": ["technical"]}, targets={Priority.MEDIUM: (6, 30)})
    changed = change_category(ticket, to=cast.technical_category, by=cast.amir, at=MONDAY + HOUR)
    assert (changed.first_response_due_at, changed.resolution_due_at) == (MONDAY + 6 * HOUR, MONDAY + 30 * HOUR)
    assert clock_of(ticket, FIRST).policy.name == "Technical"


def test_the_first_matching_policy_holds_and_the_clock_keeps_its_version(cast):
    promise("Second", position=2, targets={Priority.MEDIUM: (9, 90)})
    first = promise("First", position=1, conditions={"priority": ["medium"]})
    ticket = cast.open_ticket()
    assert clock_of(ticket, FIRST).policy == first
    assert clock_of(ticket, FIRST).policy_version == 1


@pytest.mark.parametrize("case", ["given to somebody", "nobody is there", "opened by staff", "nothing is promised"])
def test_what_a_new_ticket_shows_is_what_its_clocks_say(cast, case):
    promise()
    if case == "nobody is there":
        User.objects.filter(is_staff=True).update(is_active=False)
    if case == "nothing is promised":
        SlaPolicy.objects.update(is_active=False)
    ticket = cast.open_ticket(author=cast.lena if case == "opened by staff" else cast.rosa)
    assert (ticket.assignee is None) == (case == "nobody is there")
    kept = fresh(ticket)
    shown = {name: getattr(kept, name) for name in PROMISES}
    assert shown == {name: getattr(ticket, name) for name in PROMISES}
    assert (shown["next_due_at"] is None) == (case == "nothing is promised")
    show_promises([kept])
    assert {name: getattr(kept, name) for name in PROMISES} == shown


def test_without_a_matching_policy_or_target_nothing_is_promised(cast):
    SlaPolicy.objects.update(is_active=False)
    nothing = cast.open_ticket()
    assert (nothing.clocks.count(), nothing.next_due_at) == (0, None)
    promise(targets={Priority.HIGH: (1, 2)})
    assert cast.open_ticket().clocks.count() == 0


def test_the_teams_calendar_counts_unless_the_policy_has_one(cast, django_assert_max_num_queries):
    from teams.models import Calendar

    office = Calendar.objects.get(is_default=True)
    office.time_zone = "UTC"
    office.save()
    promise(calendar=office)
    friday_at_four = MONDAY + timedelta(days=4, hours=6)
    ticket = cast.open_ticket(at=friday_at_four)
    assert ticket.first_response_due_at == MONDAY + timedelta(days=7, hours=2)
