from datetime import timedelta

import pytest

from helpdesk.core.errors import NotPermitted
from teams.models import Team
from tests.cast import MONDAY
from tickets.events import Cause, EventKind
from tickets.lifecycle import IllegalMove, Status
from tickets.models import AgentLoad, Priority
from tickets.services.prioritising import change_priority
from tickets.services.resolving import close_resolved_tickets, close_ticket, reopen_ticket, resolve_ticket

WEEK = timedelta(days=7)


@pytest.fixture
def resolved(cast):
    return resolve_ticket(cast.open_ticket(), by=cast.amir, at=MONDAY)


def test_requester_and_staff_may_resolve(cast):
    for person in (cast.rosa, cast.amir, cast.lena, cast.ada):
        assert resolve_ticket(cast.open_ticket(), by=person).status == Status.RESOLVED


def test_nobody_else_may(cast):
    with pytest.raises(NotPermitted):
        resolve_ticket(cast.open_ticket(), by=cast.otto)


def test_resolving_twice_records_once(cast, resolved):
    resolve_ticket(resolved, by=cast.lena)
    assert resolved.events.filter(kind=EventKind.RESOLVED).count() == 1


def test_a_resolved_ticket_weighs_nothing(cast, resolved):
    assert AgentLoad.objects.get(agent=cast.amir).load_eighths == 0


def test_reopening_gives_it_back_to_the_same_agent(cast, resolved):
    reopened = reopen_ticket(resolved, by=cast.rosa)
    assert (reopened.status, reopened.assignee, reopened.resolved_at) == (Status.IN_PROGRESS, cast.amir, None)
    assert AgentLoad.objects.get(agent=cast.amir).load_eighths == 8


def test_reopening_an_unresolved_ticket_changes_nothing(cast):
    ticket = cast.open_ticket()
    version = ticket.version
    assert reopen_ticket(ticket, by=cast.rosa).version == version


def test_a_resolved_ticket_closes_by_itself_after_the_teams_days(cast, resolved):
    assert close_resolved_tickets(as_of=MONDAY + WEEK - timedelta(seconds=1)) == 0
    assert close_resolved_tickets(as_of=MONDAY + WEEK) == 1
    assert close_resolved_tickets(as_of=MONDAY + WEEK) == 0
    resolved.refresh_from_db()
    assert (resolved.status, resolved.closed_at) == (Status.CLOSED, MONDAY + WEEK)
    closed = resolved.events.get(kind=EventKind.CLOSED)
    assert (closed.actor, closed.cause) == (None, Cause.TIME)


def test_a_team_may_keep_resolved_tickets_longer(cast):
    Team.objects.filter(pk=cast.billing.pk).update(close_after_days=30)
    resolve_ticket(cast.open_ticket(), by=cast.amir, at=MONDAY)
    assert close_resolved_tickets(as_of=MONDAY + WEEK) == 0


def test_a_reopened_ticket_is_not_closed(cast, resolved):
    reopen_ticket(resolved, by=cast.rosa, at=MONDAY + timedelta(days=6))
    assert close_resolved_tickets(as_of=MONDAY + 2 * WEEK) == 0


def test_closed_is_final_for_everybody(cast, resolved):
    close_ticket(resolved, by=None)
    with pytest.raises(IllegalMove, match="final"):
        reopen_ticket(resolved, by=cast.ada)
    with pytest.raises(IllegalMove, match="final"):
        change_priority(resolved, to=Priority.HIGH, by=cast.ada)


def test_an_unresolved_ticket_is_not_closed_and_the_answer_says_what_is_possible(cast):
    with pytest.raises(IllegalMove) as refused:
        close_ticket(cast.open_ticket(), by=cast.amir)
    assert "resolved" in refused.value.extra["allowed"]
