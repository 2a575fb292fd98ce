"""Many at once on real connections: nobody is given what another got, no counter drifts, no deadlock reaches a caller."""

from functools import partial

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DeadlockDetected

from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from teams.models import TeamMembership
from tests.cast import MONDAY, assemble, make_agent
from tests.racing import crowd, race
from tickets.events import EventKind, broken_link
from tickets.models import AgentLoad, Message, OutboxEntry, Priority, Ticket, TicketEvent
from tickets.relay import relay
from tickets.services import conversing, incidents, opening
from tickets.services.assigning import assign_ticket, decide_due_assignments, take_back
from tickets.services.conversing import reply
from tickets.services.loads import recounted_load
from tickets.services.prioritising import change_priority
from tickets.services.resolving import close_ticket, reopen_ticket, resolve_ticket
from tickets.triage.opinion import form_opinion

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def equals(cast):
    """Ten agents of Technical who differ in nothing."""
    TeamMembership.objects.filter(team=cast.technical).delete()
    return [make_agent(f"Agent{number}", cast.technical, capacity=200) for number in range(10)]


def loads(agents):
    rows = dict(AgentLoad.objects.filter(agent__in=agents).values_list("agent", "load_eighths"))
    assert all(rows[agent.pk] == recounted_load(agent.pk) for agent in agents)
    return list(rows.values())


@pytest.mark.load
@pytest.mark.parametrize("priorities", [(Priority.MEDIUM,), (Priority.LOW, Priority.MEDIUM, Priority.HIGH)])
def test_500_openings_over_8_connections_spread_evenly(cast, equals, priorities):
    opening = partial(cast.open_ticket, category=cast.technical_category)
    calls = [partial(opening, priority=priorities[number % len(priorities)]) for number in range(500)]
    opened = crowd(calls, connections=8)
    assert not [outcome for outcome in opened if isinstance(outcome, Exception)]
    assert Ticket.objects.filter(assignee__in=equals, team=cast.technical).count() == 500
    assert TicketEvent.objects.filter(kind=EventKind.ASSIGNED).count() == 500
    busy = loads(equals)
    largest_effort = 8 if len(priorities) == 1 else 16
    assert max(busy) - min(busy) <= largest_effort


@pytest.mark.load
def test_everything_at_once_leaves_counters_and_chains_whole(cast, equals):
    tickets = [cast.open_ticket(category=cast.technical_category) for _number in range(11)]

    def shuffle(number):
        ticket = tickets[number % len(tickets)]
        acts = (
            lambda: reply(ticket, body=f"answer {number}", by=cast.ada, channel="api"),
            lambda: reply(ticket, body=f"question {number}", by=cast.rosa, channel="web"),
            lambda: assign_ticket(ticket, to=equals[number % 10], by=cast.ada),
            lambda: take_back(ticket, by=cast.ada, at=MONDAY),
            lambda: decide_due_assignments(as_of=MONDAY.replace(hour=23)),
            lambda: change_priority(ticket, to=Priority(number % 4 + 1), by=cast.ada),
            lambda: resolve_ticket(ticket, by=cast.rosa),
            lambda: reopen_ticket(ticket, by=cast.rosa),
            lambda: cast.open_ticket(category=cast.technical_category),
            lambda: relay(),
            lambda: sweep_clocks(as_of=MONDAY.replace(day=3)),
            lambda: fire_due_levels(as_of=MONDAY.replace(day=3)),
        )
        return acts[number * 7 % len(acts)]()

    outcomes = crowd([partial(shuffle, number) for number in range(300)], connections=8)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    loads([agent for agent in equals if AgentLoad.objects.filter(agent=agent).exists()])
    assert [broken_link(ticket) for ticket in Ticket.objects.all() if broken_link(ticket)] == []


def test_fifty_equal_posts_are_one_ticket(cast):
    outcomes = crowd([partial(cast.open_ticket, submission_key="once")] * 50, connections=8)
    assert {ticket.pk for ticket in outcomes} == {Ticket.objects.get().pk}


def test_two_equal_replies_in_the_same_instant_are_one_message(cast):
    ticket = cast.open_ticket()
    post = partial(reply, ticket, body="Hello", by=cast.amir, channel="web", submission_key="once")
    first, second = race(post, post)
    assert first == second
    assert Message.objects.filter(ticket=ticket, author=cast.amir).count() == 1


def test_two_who_resolve_in_the_same_second_record_it_once(cast):
    ticket = cast.open_ticket()
    race(partial(resolve_ticket, ticket, by=cast.amir), partial(resolve_ticket, ticket, by=cast.lena))
    assert ticket.events.filter(kind=EventKind.RESOLVED).count() == 1


def test_two_sweeps_at_once_begin_a_reservation_once(cast):
    ticket = take_back(cast.open_ticket(), by=cast.lena, at=MONDAY)
    later = MONDAY.replace(hour=12)
    race(*[partial(decide_due_assignments, as_of=later)] * 4)
    assert ticket.events.filter(kind=EventKind.ASSIGNED).count() == 2


def test_positions_are_given_once_and_without_gaps_by_four_relays(cast):
    for _number in range(10):
        cast.open_ticket()
    race(*[relay] * 4)
    relay()
    positions = sorted(OutboxEntry.objects.values_list("position", flat=True))
    assert positions == list(range(1, TicketEvent.objects.count() + 1))


def test_what_follows_up_a_closed_ticket_is_thought_about_before_any_lock(cast, monkeypatch):
    ticket = close_ticket(resolve_ticket(cast.open_ticket(), by=cast.amir), by=None)
    held = []

    def think(**asked):
        held.append(connection.in_atomic_block)
        return form_opinion(**asked)

    for module in (conversing, opening):
        monkeypatch.setattr(module, "form_opinion", think, raising=False)
    message = reply(ticket, body="It happened again", by=cast.rosa, channel="web")
    assert message.ticket.follows_up == ticket
    assert held == [False]


def test_incidents_are_looked_for_once_the_batch_is_settled_and_again_after_a_deadlock(cast, monkeypatch):
    tickets = [cast.open_ticket() for _number in range(3)]
    looks = []

    def look(_target):
        looks.append(OutboxEntry.objects.filter(position=None, event__ticket__in=tickets).count())
        if len(looks) == 1:
            raise OperationalError from DeadlockDetected()
        return False

    monkeypatch.setattr(incidents, "is_on", look)
    relay()
    assert looks == [0, 0, 0, 0]
