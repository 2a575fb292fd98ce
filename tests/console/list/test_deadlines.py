"""The clock of a row: whichever promise comes due first, also that of the next response."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from escalation.services.sweeping import sweep_clocks
from tests.console.list.test_list import shown
from tests.escalation.desk import HOUR, promise
from tickets.console.list.tabs import counts
from tickets.models import Channel, Priority, Ticket
from tickets.services.conversing import reply

LIST = reverse("admin:tickets_ticket_changelist")


@pytest.fixture
def opened_at():
    return now() - 4 * HOUR


@pytest.fixture
def ticket(cast, opened_at):
    """A first response within 12 hours, each next one within 2, solved within 20. Nobody has answered yet."""
    targets = dict.fromkeys(Priority, (12, 20))
    promise(targets=targets, next_hours=2)
    return cast.open_ticket(at=opened_at)


def asked_again(ticket, cast, at):
    reply(ticket, body="We look into it.", by=cast.amir, channel=Channel.WEB, at=at - timedelta(minutes=30))
    reply(ticket, body="And now?", by=cast.rosa, channel=Channel.WEB, at=at)


def clock(client):
    """State, instant and promise of the only row."""
    page = client.get(LIST, {"tab": "all"}).content.decode()
    (cell,) = re.findall(r'<td class="list-clock">(.*?)</td>', page, re.DOTALL)
    state, due = re.search(r'data-clock="(\w+)"', cell)[1], re.search(r'datetime="([^"]+)"', cell)[1]
    return state, due, re.search(r'class="list-promise">([^<]+)<', cell)[1]


def test_before_any_answer_it_is_the_first_response(cast, desk, ticket, opened_at):
    assert clock(desk(cast.amir)) == ("ok", (opened_at + 12 * HOUR).isoformat(), "First response")


def test_after_the_answer_it_is_the_resolution(cast, desk, ticket, opened_at):
    reply(ticket, body="We look into it.", by=cast.amir, channel=Channel.WEB, at=opened_at + HOUR)
    assert clock(desk(cast.amir)) == ("ok", (opened_at + 20 * HOUR).isoformat(), "Resolution")


def test_a_question_that_waits_is_the_next_response(cast, desk, ticket):
    asked_at = now() - timedelta(minutes=10)
    asked_again(ticket, cast, asked_at)
    assert clock(desk(cast.amir)) == ("ok", (asked_at + 2 * HOUR).isoformat(), "Next response")


def test_a_next_response_at_risk_stands_in_the_view_and_is_counted(cast, desk, ticket):
    asked_again(ticket, cast, now() - timedelta(minutes=115))
    client = desk(cast.amir)
    assert clock(client)[0] == "warning"
    assert shown(client, tab="at_risk") == [ticket.reference]
    assert shown(client, tab="breached") == []
    assert counts(cast.amir, at=now())["at_risk"] == 1


def test_a_next_response_that_was_missed_too(cast, desk, ticket):
    asked_at = now() - 3 * HOUR
    asked_again(ticket, cast, asked_at)
    sweep_clocks(as_of=now())
    client = desk(cast.amir)
    assert clock(client) == ("breached", (asked_at + 2 * HOUR).isoformat(), "Next response")
    assert shown(client, tab="breached") == [ticket.reference]
    assert counts(cast.amir, at=now())["breached"] == 1


def test_the_row_that_waits_for_an_answer_comes_before_one_that_is_solved_later(cast, desk, ticket, opened_at):
    other = cast.open_ticket(at=opened_at)
    asked_again(ticket, cast, now() - timedelta(minutes=10))
    reply(other, body="We look into it.", by=cast.amir, channel=Channel.WEB, at=opened_at + HOUR)
    assert shown(desk(cast.amir), tab="teams") == [ticket.reference, other.reference]


def test_nothing_is_said_of_a_promise_when_none_runs(cast, desk, ticket):
    Ticket.objects.update(next_due_at=None)
    assert "list-promise" not in desk(cast.amir).get(LIST, {"tab": "all"}).content.decode()
