"""What would move is foreseen by the decision that then moves it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.core.errors import NotPermitted
from teams.models import Absence, AgentSkill, Team
from tests.cast import MONDAY, make_agent, make_person
from tests.escalation.desk import promise
from tickets.events import Cause
from tickets.models import AgentLoad, Priority, Ticket, TicketEvent
from tickets.services.absences import foresee_absence, set_absent
from tickets.services.assigning import assign_ticket
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.loads import recounted_load

SOON = MONDAY + timedelta(minutes=1)
BACK = MONDAY + timedelta(days=3)


@pytest.fixture
def colleagues(cast):
    """Two more who know payments, one of them nearly full."""
    berta, carl = make_agent("Berta", cast.billing, capacity=4), make_agent("Carl", cast.billing, capacity=3)
    for person, level in ((berta, 3), (carl, 5)):
        AgentSkill.objects.create(user=person, skill=cast.payments, level=level)
    return berta, carl


@pytest.fixture
def amirs_tickets(cast, colleagues):
    """A dozen of every priority, from people who ask more than once."""
    promise()
    people = [cast.rosa, make_person("Petra"), make_person("Paul")]
    tickets = []
    for number in range(12):
        priority = list(Priority)[number % 4]
        ticket = cast.open_ticket(
            requester=people[number % 3], by=None, priority=priority, at=MONDAY + timedelta(seconds=number)
        )
        tickets.append(assign_ticket(ticket, to=cast.amir, by=cast.lena, at=MONDAY + timedelta(seconds=30 + number)))
    return tickets


def state():
    tables = (Ticket, AgentLoad, TicketEvent, Absence)
    return [list(table.objects.order_by("pk").values()) for table in tables]


def went_to(cast):
    moved = TicketEvent.objects.filter(kind="ticket.assigned", cause=Cause.ABSENCE).order_by("pk")
    return [(event.ticket_id, event.data["assignee"]["after"]) for event in moved]


def test_what_is_foreseen_is_what_happens(cast, amirs_tickets):
    foreseen = foresee_absence(cast.amir, until=BACK, at=SOON)
    set_absent(cast.amir, until=BACK, by=cast.lena, at=SOON)

    assert [(move.ticket.pk, move.to.pk) for move in foreseen.moves if move.to] == went_to(cast)
    assert len({person for _ticket, person in went_to(cast)}) > 1
    assert foreseen.back_at == BACK
    assert foreseen.staying == Ticket.objects.actionable().filter(assignee=cast.amir).count()


def test_the_sweep_finds_nothing_left_to_move(cast, amirs_tickets):
    set_absent(cast.amir, until=BACK, by=cast.lena, at=SOON)
    before = went_to(cast)
    hand_over_from_absent(as_of=SOON)

    assert went_to(cast) == before


def test_loads_stay_true(cast, amirs_tickets):
    set_absent(cast.amir, until=BACK, by=cast.lena, at=SOON)

    for load in AgentLoad.objects.all():
        assert load.load_eighths == recounted_load(load.agent_id)


def test_foreseeing_writes_nothing(cast, amirs_tickets):
    before = state()
    with CaptureQueriesContext(connection) as captured:
        foresee_absence(cast.amir, until=BACK, at=SOON)

    assert state() == before
    assert {query["sql"].split()[0] for query in captured} == {"SELECT"}
    assert not any("FOR NO KEY UPDATE" in query["sql"] for query in captured)


def test_foreseeing_costs_the_same_for_more_tickets(cast, amirs_tickets):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            foresee_absence(cast.amir, until=BACK, at=SOON)
        return len(captured)

    few = queries()
    for ticket in list(amirs_tickets):
        again = cast.open_ticket(priority=ticket.priority, at=MONDAY)
        assign_ticket(again, to=cast.amir, by=cast.lena, at=MONDAY)

    assert queries() <= few


def test_what_nobody_who_works_can_take_stays(cast):
    promise()
    Team.objects.exclude(pk=cast.billing.pk).update(calendar=None)
    ticket = cast.open_ticket()
    for person in (cast.lena, cast.noor, cast.ada):
        Absence.objects.create(user=person, starts_at=MONDAY, ends_at=BACK)
    foreseen = foresee_absence(cast.amir, until=BACK, at=SOON)
    set_absent(cast.amir, until=BACK, by=cast.ada, at=SOON)

    assert [(move.ticket, move.to) for move in foreseen.moves] == [(ticket, None)]
    assert Ticket.objects.get(pk=ticket.pk).assignee == cast.amir


def test_what_is_not_due_before_they_are_back_stays(cast, colleagues):
    promise()
    cast.open_ticket(priority=Priority.LOW)
    assigned = Ticket.objects.get()
    foreseen = foresee_absence(assigned.assignee, until=SOON + timedelta(hours=1), at=SOON)

    assert (foreseen.moves, foreseen.staying) == ([], 1)


def test_only_the_lead_may(cast, amirs_tickets):
    with pytest.raises(NotPermitted):
        set_absent(cast.amir, until=BACK, by=cast.noor, at=SOON)

    assert went_to(cast) == []
