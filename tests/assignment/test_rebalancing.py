"""A lead lets untouched tickets be spread anew: what is shown before is what then moves."""

from datetime import timedelta

import pytest

from helpdesk.core.errors import NotPermitted
from teams.models import AgentSkill
from tests.cast import MONDAY, make_agent
from tickets.events import Cause, EventKind
from tickets.models import AgentLoad, Ticket
from tickets.services.drafting import save_draft
from tickets.services.loads import recounted_load
from tickets.services.progressing import start_work
from tickets.services.rebalancing import foresee_rebalancing, rebalance

LATER = MONDAY + timedelta(minutes=20)


@pytest.fixture
def piled(cast):
    """Six tickets on Amir, and then Berta comes, who has nothing to do."""
    tickets = [cast.open_ticket(title=f"Ticket {number}") for number in range(6)]
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=4)
    return tickets, berta


def assignees(tickets):
    return {ticket.pk: Ticket.objects.get(pk=ticket.pk).assignee for ticket in tickets}


def test_what_is_foreseen_is_what_moves(cast, piled):
    tickets, berta = piled
    foreseen = {place.ticket.pk: place.to for place in foresee_rebalancing(cast.billing, at=LATER)}
    assert 2 <= len(foreseen) <= 4
    assert set(foreseen.values()) == {berta}
    moved = rebalance(cast.billing, by=cast.lena, at=LATER)
    assert {ticket.pk: ticket.assignee for ticket in moved} == foreseen
    assert {pk for pk, person in assignees(tickets).items() if person == berta} == foreseen.keys()
    for person in (cast.amir, berta):
        assert AgentLoad.objects.get(agent=person).load_eighths == recounted_load(person.pk)


def test_each_move_has_its_cause_and_its_actor(cast, piled):
    moved = rebalance(cast.billing, by=cast.lena, at=LATER)
    for ticket in moved:
        event = ticket.events.filter(kind=EventKind.ASSIGNED).order_by("-seq").first()
        assert (event.cause, event.actor) == (Cause.REBALANCED, cast.lena)


def test_a_second_time_nothing_moves(cast, piled):
    rebalance(cast.billing, by=cast.lena, at=LATER)
    assert foresee_rebalancing(cast.billing, at=LATER) == []
    assert rebalance(cast.billing, by=cast.lena, at=LATER) == []


def test_foreseeing_changes_nothing(cast, piled):
    tickets, _berta = piled
    foresee_rebalancing(cast.billing, at=LATER)
    assert set(assignees(tickets).values()) == {cast.amir}


def test_what_somebody_has_begun_stays(cast, piled):
    tickets, _berta = piled
    start_work(tickets[0], by=cast.amir, at=MONDAY)
    save_draft(tickets[1], by=cast.amir, is_internal=False, body="Dear Rosa,", at=MONDAY)
    foreseen = {place.ticket.pk for place in foresee_rebalancing(cast.billing, at=LATER)}
    assert foreseen
    assert not foreseen & {tickets[0].pk, tickets[1].pk}


def test_only_what_was_shown_moves(cast, piled):
    shown = foresee_rebalancing(cast.billing, at=LATER)[0].ticket
    assert rebalance(cast.billing, only=[shown.pk], by=cast.lena, at=LATER) == [shown]


def test_only_its_leads_rebalance_a_team(cast, piled):
    for person in (cast.amir, cast.noor, cast.rosa):
        with pytest.raises(NotPermitted):
            rebalance(cast.billing, by=person, at=LATER)
    rebalance(cast.billing, by=cast.ada, at=LATER)


def test_foreseeing_asks_as_often_for_many_tickets_as_for_few(cast, piled, django_assert_max_num_queries):
    def count():
        with django_assert_max_num_queries(8) as queries:
            foresee_rebalancing(cast.billing, at=LATER)
        return len(queries)

    foresee_rebalancing(cast.billing, at=LATER)
    few = count()
    for _number in range(12):
        cast.open_ticket()
    assert count() == few
