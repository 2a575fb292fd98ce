"""How a team wants its tickets given out: balanced, in turn, or taken; and where they go when everybody is full."""

from datetime import timedelta

import pytest

from teams.models import AgentProfile, AgentSkill, AssignmentPolicy, Shift, Team
from tests.cast import MONDAY, make_agent
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import AgentLoad, Priority, Ticket
from tickets.services.assigning import decide_due_assignments
from tickets.services.loads import recounted_load
from tickets.services.taking import take_next


@pytest.fixture
def berta(cast):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


def let(team, **policy):
    Team.objects.filter(pk=team.pk).update(**policy)


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_balanced_gives_to_whoever_answers_soonest(cast, berta):
    got = [cast.open_ticket(at=MONDAY + timedelta(minutes=number)).assignee for number in range(4)]
    assert sorted(person.full_name for person in got) == ["Amir", "Amir", "Berta", "Berta"]


def test_round_robin_gives_in_turn_whatever_anybody_carries(cast, berta):
    let(cast.billing, policy=AssignmentPolicy.ROUND_ROBIN)
    cast.open_ticket(priority=Priority.HIGH, at=MONDAY)
    got = [cast.open_ticket(priority=Priority.LOW, at=MONDAY + timedelta(minutes=1 + n)).assignee for n in range(3)]
    assert got == [berta, cast.amir, berta]


def test_what_is_offered_waits_for_somebody_to_take_it(cast, berta):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    ticket = cast.open_ticket(priority=Priority.HIGH)
    assert (ticket.assignee, ticket.status, ticket.team) == (None, Status.OPEN, cast.billing)
    held = ticket.events.get(kind=EventKind.HELD)
    assert held.data["rung"] == "offered"
    taken = take_next(by=berta, at=MONDAY + timedelta(minutes=3))
    assert (taken.pk, taken.assignee_id, taken.status) == (ticket.pk, berta.pk, Status.ASSIGNED)
    assert AgentLoad.objects.get(agent=berta).load_eighths == recounted_load(berta.pk) == 16


def test_what_nobody_takes_is_given_when_half_of_the_first_response_is_used(cast, berta):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    ticket = cast.open_ticket()
    half = (ticket.first_response_due_at - ticket.opened_at) / 2
    decide_due_assignments(as_of=MONDAY + half - timedelta(minutes=1))
    assert fresh(ticket).assignee is None
    decide_due_assignments(as_of=MONDAY + half + timedelta(minutes=1))
    assert fresh(ticket).assignee == cast.amir


def test_critical_is_never_offered(cast):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    assert cast.open_ticket(priority=Priority.CRITICAL, by=cast.ada).assignee == cast.lena


def test_nobody_at_work_takes_anything_so_it_is_kept_for_whoever_comes(cast):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    for person in (cast.amir, cast.lena):
        Shift.objects.create(user=person, weekday=1, starts="09:00", ends="17:00")
    assert cast.open_ticket().is_reserved


def test_an_agent_takes_the_most_urgent_that_they_know_about(cast, berta):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    AgentSkill.objects.filter(user=berta).delete()
    urgent = cast.open_ticket(priority=Priority.HIGH)
    assert take_next(by=cast.amir, at=MONDAY) == urgent
    other = cast.open_ticket()
    # Better somebody who has to ask than nobody.
    assert take_next(by=berta, at=MONDAY) == other
    assert take_next(by=berta, at=MONDAY) is None


def test_only_tickets_of_ones_own_teams_can_be_taken(cast):
    let(cast.billing, policy=AssignmentPolicy.TAKE_NEXT)
    cast.open_ticket()
    assert take_next(by=cast.noor, at=MONDAY) is None
    assert take_next(by=cast.otto, at=MONDAY) is None


def test_a_team_that_spills_gives_to_the_general_team_when_everybody_is_full(cast):
    let(cast.billing, spills_over=True)
    gerd = make_agent("Gerd", cast.general)
    AgentProfile.objects.filter(user__in=(cast.amir, gerd)).update(capacity=1)
    tickets = [cast.open_ticket() for _number in range(3)]
    assert [ticket.assignee for ticket in tickets] == [cast.amir, gerd, cast.amir]
    assert [ticket.team for ticket in tickets] == [cast.billing, cast.general, cast.billing]
