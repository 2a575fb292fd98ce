from datetime import timedelta

import pytest

from helpdesk.core.errors import NotPermitted
from teams.models import AgentProfile, Team, User
from tests.cast import MONDAY, make_agent
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status
from tickets.models import AgentLoad, Priority, RoutingRule, Ticket
from tickets.services.assigning import (
    NotAnAgent,
    assign_ticket,
    decide_due_assignments,
    reassign,
    take_back,
)
from tickets.services.categorising import change_category
from tickets.services.conversing import reply
from tickets.services.loads import recounted_load
from tickets.services.prioritising import change_priority, raise_priority
from tickets.services.progressing import start_work, wait_for_customer
from tickets.services.resolving import resolve_ticket


def load_of(agent):
    return AgentLoad.objects.get(agent=agent).load_eighths


def test_by_hand_the_load_moves_with_the_ticket(cast):
    ticket = cast.open_ticket(priority=Priority.HIGH)
    assert load_of(cast.amir) == 16
    ticket = assign_ticket(ticket, to=cast.lena, by=cast.lena)
    assert (ticket.assignee, load_of(cast.amir), load_of(cast.lena)) == (cast.lena, 0, 16)
    assert ticket.events.last().data["assignee"] == {"before": cast.amir.pk, "after": cast.lena.pk}


def test_assigning_to_the_same_person_again_records_nothing(cast):
    ticket = cast.open_ticket()
    version = ticket.version
    assert assign_ticket(ticket, to=cast.amir, by=cast.lena).version == version


def test_the_ticket_follows_the_person_into_their_team(cast):
    ticket = assign_ticket(cast.open_ticket(), to=cast.noor, by=cast.amir)
    assert (ticket.assignee, ticket.team) == (cast.noor, cast.technical)


@pytest.mark.parametrize("who", ["rosa", "ada"])
def test_only_active_agents_get_tickets(cast, who):
    with pytest.raises(NotAnAgent, match="not an active agent"):
        assign_ticket(cast.open_ticket(), to=getattr(cast, who), by=cast.lena)


def test_a_person_outside_the_named_team_is_refused(cast):
    with pytest.raises(NotAnAgent):
        assign_ticket(cast.open_ticket(), to=cast.noor, by=cast.lena, team=cast.billing)


def test_who_does_not_work_on_it_does_not_assign_it(cast):
    ticket = cast.open_ticket()
    for person in (cast.rosa, cast.otto, cast.noor):
        with pytest.raises(NotPermitted):
            assign_ticket(ticket, to=cast.lena, by=person)


def test_a_ticket_in_progress_begins_anew_with_the_next_person(cast):
    ticket = start_work(cast.open_ticket(), by=cast.amir)
    assert assign_ticket(ticket, to=cast.lena, by=cast.lena).status == Status.ASSIGNED


def test_a_waiting_ticket_keeps_waiting_with_the_next_person(cast):
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir)
    assert load_of(cast.amir) == 2
    ticket = assign_ticket(ticket, to=cast.lena, by=cast.lena)
    assert (ticket.status, load_of(cast.amir), load_of(cast.lena)) == (Status.PENDING_CUSTOMER, 0, 2)


def test_a_ticket_that_was_taken_back_is_open_and_assigns_itself_after_a_grace(cast):
    ticket = take_back(cast.open_ticket(), by=cast.lena, at=MONDAY)
    assert (ticket.status, ticket.assignee, load_of(cast.amir)) == (Status.OPEN, None, 0)
    assert decide_due_assignments(as_of=MONDAY + timedelta(minutes=4)) == 0
    assert decide_due_assignments(as_of=MONDAY + timedelta(minutes=5)) == 1
    ticket.refresh_from_db()
    assert ticket.assignee == cast.amir


def test_starting_a_ticket_that_nobody_has_takes_it(cast):
    ticket = start_work(take_back(cast.open_ticket(), by=cast.lena), by=cast.lena)
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.lena)


def test_a_full_team_that_holds_lets_medium_wait_and_gives_it_when_somebody_is_free(cast):
    Team.objects.filter(pk=cast.billing.pk).update(holds_when_full=True)
    AgentProfile.objects.filter(user=cast.amir).update(capacity=1)
    first = cast.open_ticket()
    held = cast.open_ticket()
    assert (held.status, held.assignee) == (Status.OPEN, None)
    assert held.events.get(kind=EventKind.HELD).data["until"] is not None
    decide_due_assignments(as_of=MONDAY + timedelta(minutes=1))
    held.refresh_from_db()
    assert held.assignee is None
    assert held.events.filter(kind=EventKind.HELD).count() == 1
    resolve_ticket(first, by=cast.amir, at=MONDAY + timedelta(minutes=1))
    decide_due_assignments(as_of=MONDAY + timedelta(minutes=2))
    held.refresh_from_db()
    assert held.assignee == cast.amir


def test_a_held_ticket_is_forced_on_somebody_when_half_of_the_first_response_is_used(cast):
    Team.objects.filter(pk=cast.billing.pk).update(holds_when_full=True)
    AgentProfile.objects.filter(user=cast.amir).update(capacity=1)
    cast.open_ticket()
    held = cast.open_ticket()
    half = (held.first_response_due_at - held.opened_at) / 2
    decide_due_assignments(as_of=MONDAY + half)
    held.refresh_from_db()
    assert held.assignee == cast.amir


def test_high_is_never_held(cast):
    Team.objects.filter(pk=cast.billing.pk).update(holds_when_full=True)
    AgentProfile.objects.filter(user=cast.amir).update(capacity=1)
    assert cast.open_ticket(priority=Priority.HIGH).assignee == cast.amir


def test_another_category_moves_the_ticket_to_its_team(cast):
    ticket = change_category(cast.open_ticket(), to=cast.technical_category, by=cast.amir, at=MONDAY)
    assert (ticket.team, ticket.assignee) == (cast.technical, cast.noor)
    changed, routed, assigned = list(ticket.events.order_by("seq"))[-3:]
    assert (changed.kind, routed.kind, assigned.kind) == (
        EventKind.CATEGORY_CHANGED,
        EventKind.ROUTED,
        EventKind.ASSIGNED,
    )
    assert (routed.caused_by, assigned.caused_by) == (changed, routed)


def test_another_category_of_the_same_team_moves_nothing(cast):
    RoutingRule.objects.create(category=cast.technical_category, position=1, team=cast.billing)
    ticket = change_category(cast.open_ticket(), to=cast.technical_category, by=cast.amir)
    assert (ticket.team, ticket.assignee) == (cast.billing, cast.amir)


def test_an_untouched_ticket_that_becomes_critical_goes_to_the_lead(cast):
    ticket = change_priority(cast.open_ticket(), to=Priority.CRITICAL, by=cast.amir)
    assert (ticket.assignee, load_of(cast.amir), load_of(cast.lena)) == (cast.lena, 0, 24)


def test_whoever_has_begun_keeps_a_ticket_that_becomes_critical(cast):
    ticket = start_work(cast.open_ticket(), by=cast.amir)
    assert change_priority(ticket, to=Priority.CRITICAL, by=cast.amir).assignee == cast.amir


def test_escalation_raises_one_step_keeps_the_owner_and_never_lowers(cast):
    ticket = cast.open_ticket(priority=Priority.HIGH)
    for _time in range(3):
        ticket = raise_priority(ticket, by=None, cause=Cause.ESCALATION)
    assert (ticket.priority, ticket.assignee) == (Priority.CRITICAL, cast.amir)
    assert ticket.events.filter(kind=EventKind.PRIORITY_CHANGED).count() == 1


def test_reassigning_goes_to_the_next_best_or_to_the_lead(cast):
    berta = make_agent("Berta", cast.billing)
    ticket = reassign(cast.open_ticket(), by=None, destination="next_best", cause=Cause.ESCALATION)
    assert ticket.assignee == berta
    ticket = reassign(ticket, by=None, destination="lead", cause=Cause.ESCALATION)
    assert ticket.assignee == cast.lena


def test_when_nobody_can_take_it_the_owner_stays(cast):
    User.objects.filter(pk__in=[cast.lena.pk, cast.noor.pk]).update(is_active=False)
    ticket = cast.open_ticket()
    version = ticket.version
    assert reassign(ticket, by=None, destination="next_best", cause=Cause.ESCALATION).assignee == cast.amir
    assert Ticket.objects.get(pk=ticket.pk).version == version


def test_the_counter_equals_a_recount_after_everything_that_can_happen(cast):
    berta = make_agent("Berta", cast.billing)
    tickets = [cast.open_ticket(priority=priority) for priority in (1, 2, 3, 2)]
    start_work(tickets[0], by=cast.amir)
    wait_for_customer(tickets[1], by=cast.amir)
    change_priority(tickets[1], to=Priority.HIGH, by=cast.amir)
    reply(tickets[1], body="here", by=cast.rosa, channel="web")
    assign_ticket(tickets[2], to=berta, by=cast.lena)
    take_back(tickets[2], by=cast.lena)
    resolve_ticket(tickets[3], by=cast.amir)
    for agent in (cast.amir, cast.lena, berta):
        assert AgentLoad.objects.filter(agent=agent, load_eighths=recounted_load(agent.pk)).exists()
