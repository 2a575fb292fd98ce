"""Absence, shift end, and people who are gone: what is due meanwhile goes to somebody who works."""

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import Absence, AgentSkill, OnCallShift, Shift, Team, TeamMembership, User
from tests.cast import MONDAY, make_agent
from tickets.events import Cause, EventKind
from tickets.models import Priority, Ticket
from tickets.services.assigning import assign_ticket, reassign
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.progressing import start_work, wait_for_customer
from tickets.services.rebalancing import rebalance_untouched

SOON = MONDAY + timedelta(minutes=1)


@pytest.fixture
def berta(cast):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


def leave(person, days=3):
    Absence.objects.create(user=person, starts_at=SOON, ends_at=SOON + timedelta(days=days))


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def moves(ticket, cause):
    return ticket.events.filter(kind=EventKind.ASSIGNED, cause=cause).count()


def test_what_is_due_during_an_absence_moves_once_with_its_cause(cast, berta):
    ticket = cast.open_ticket()
    leave(cast.amir)
    hand_over_from_absent(as_of=SOON)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == berta
    assert moves(ticket, Cause.ABSENCE) == 1


def test_what_is_due_after_the_absence_stays(cast, berta):
    ticket = cast.open_ticket()
    leave(cast.amir, days=1 / 48)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == cast.amir


def test_a_conversation_in_progress_moves_only_then_too(cast, berta):
    ticket = start_work(cast.open_ticket(), by=cast.amir)
    leave(cast.amir)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == berta


def test_what_waits_for_the_customer_stays(cast, berta):
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=SOON)
    leave(cast.amir)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == cast.amir


def test_when_nobody_works_it_stays(cast):
    ticket = cast.open_ticket()
    User.objects.filter(pk__in=[cast.lena.pk, cast.noor.pk]).update(is_active=False)
    leave(cast.amir)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == cast.amir


def test_after_the_shift_what_is_due_before_the_next_one_moves(cast, berta):
    Shift.objects.create(user=cast.amir, weekday=0, starts=time(9), ends=time(11))
    ticket = cast.open_ticket()
    hand_over_from_absent(as_of=MONDAY + timedelta(minutes=59))
    assert fresh(ticket).assignee == cast.amir
    hand_over_from_absent(as_of=MONDAY + timedelta(hours=1))
    assert fresh(ticket).assignee == berta
    assert moves(ticket, Cause.SHIFT_ENDED) == 1


def test_everything_of_somebody_who_is_no_agent_any_more_moves(cast, berta):
    ticket = cast.open_ticket()
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == berta
    assert moves(ticket, Cause.AGENT_GONE) == 1


def test_untouched_tickets_move_on_twice_and_then_to_the_lead(cast, berta):
    Team.objects.filter(pk=cast.billing.pk).update(rebalances_untouched=True)
    carl = make_agent("Carl", cast.billing)
    ticket = cast.open_ticket()
    half = (ticket.first_response_due_at - MONDAY) / 2
    at = MONDAY
    seen = [ticket.assignee]
    for _time in range(5):
        at += half
        Ticket.objects.filter(pk=ticket.pk).update(first_response_due_at=at + half / 2)
        rebalance_untouched(as_of=at)
        if fresh(ticket).assignee != seen[-1]:
            seen.append(fresh(ticket).assignee)
    assert seen == [cast.amir, berta, carl, cast.lena]


def test_touched_tickets_and_teams_that_do_not_want_it_are_left_alone(cast, berta):
    ticket = cast.open_ticket()
    late = ticket.first_response_due_at - timedelta(minutes=1)
    rebalance_untouched(as_of=late)
    assert fresh(ticket).assignee == cast.amir
    Team.objects.filter(pk=cast.billing.pk).update(rebalances_untouched=True)
    start_work(ticket, by=cast.amir)
    rebalance_untouched(as_of=late)
    assert fresh(ticket).assignee == cast.amir


def test_a_ticket_of_a_team_without_members_moves_when_the_general_team_works(cast):
    generalist = make_agent("Gerd", cast.general)
    ticket = cast.open_ticket()
    TeamMembership.objects.filter(team=cast.billing).delete()
    User.objects.filter(pk=cast.amir.pk).update(is_staff=False)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == generalist


@pytest.fixture
def night(cast):
    """Nobody of Billing works, the general team does; Berta and Boris are on call for Billing."""
    Absence.objects.create(user=cast.amir, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=3))
    Absence.objects.create(user=cast.lena, starts_at=MONDAY, ends_at=MONDAY + timedelta(days=3))
    make_agent("Gerd", cast.general)
    woken = [make_agent(name, cast.billing) for name in ("Berta", "Boris")]
    for person in woken:
        Shift.objects.create(user=person, weekday=2, starts=time(9), ends=time(11))
        on_call_shift(person, cast.billing)
    return woken


def on_call_shift(person, team):
    period = {"starts_at": MONDAY - timedelta(hours=1), "ends_at": MONDAY + timedelta(hours=12)}
    return OnCallShift.objects.create(user=person, team=team, **period)


def test_whoever_was_woken_for_it_keeps_it(cast, night):
    ticket = cast.open_ticket(priority=Priority.CRITICAL, by=cast.ada)
    assert fresh(ticket).assignee in night
    for seconds in range(15, 90, 15):
        hand_over_from_absent(as_of=MONDAY + timedelta(seconds=seconds))
    assert ticket.events.filter(kind=EventKind.ASSIGNED).count() == 1


def test_whoever_an_escalation_woke_keeps_it_too(cast, night):
    ticket = cast.open_ticket()
    berta = night[0]
    reassign(assign_ticket(ticket, to=night[1], by=cast.ada, at=MONDAY), by=None, destination="next_best",
             cause=Cause.ESCALATION, at=MONDAY)  # fmt: skip
    woken = fresh(ticket).assignee
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == woken == berta


def test_on_call_for_the_general_team_is_on_call_for_all(cast, night):
    OnCallShift.objects.filter(user=night[0]).update(team=cast.general)
    ticket = assign_ticket(cast.open_ticket(), to=night[0], by=cast.ada, at=MONDAY)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee == night[0]


def test_what_they_had_before_the_shift_ended_leaves_although_they_are_on_call(cast, night):
    berta = night[0]
    Shift.objects.create(user=berta, weekday=MONDAY.weekday(), starts=time(6), ends=time(8))
    ticket = assign_ticket(cast.open_ticket(), to=berta, by=cast.ada, at=MONDAY)
    Ticket.objects.filter(pk=ticket.pk).update(assigned_at=MONDAY - timedelta(hours=3))
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee != berta


@pytest.mark.parametrize("why", ["over", "elsewhere", "absent", "gone"])
def test_whoever_cannot_be_woken_for_it_any_more_loses_it(cast, night, why):
    ticket = cast.open_ticket(priority=Priority.CRITICAL, by=cast.ada)
    person = fresh(ticket).assignee
    if why == "over":
        OnCallShift.objects.update(ends_at=SOON)
    elif why == "elsewhere":
        OnCallShift.objects.filter(user=person).update(team=cast.technical)
    elif why == "absent":
        leave(person)
    else:
        User.objects.filter(pk=person.pk).update(is_active=False)
    hand_over_from_absent(as_of=SOON)
    assert fresh(ticket).assignee != person


def test_a_sweep_knows_who_is_on_call_from_the_opening(cast, night):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            hand_over_from_absent(as_of=SOON)
        return sum("oncallshift" in query["sql"] for query in captured)

    assign_ticket(cast.open_ticket(), to=night[0], by=cast.ada, at=MONDAY)
    assert queries() == 0
    assign_ticket(cast.open_ticket(), to=night[1], by=cast.ada, at=MONDAY)
    assert queries() == 0
