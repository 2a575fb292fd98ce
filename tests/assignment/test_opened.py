"""Whoever was given a ticket and has opened it keeps it: it is not untouched any more."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from time import sleep

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams.models import AgentSkill, ApiToken, Team, TeamMembership
from tests.cast import MONDAY, assemble, make_agent
from tests.racing import race
from tickets.models import Sighting, Ticket
from tickets.services.assigning import assign_ticket, take_back
from tickets.services.rebalancing import foresee_rebalancing, rebalance, rebalance_untouched
from tickets.services.sighting import note_sighting

LATER = MONDAY + timedelta(minutes=20)


@pytest.fixture
def berta(cast):
    Team.objects.filter(pk=cast.billing.pk).update(rebalances_untouched=True)
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


@pytest.fixture
def read(client):
    """Open the page in a browser in which somebody has signed in."""

    def ask(ticket, person, method="get", **headers):
        client.force_login(person)
        address = reverse("admin:tickets_ticket_page", args=[ticket.reference])
        answer = getattr(client, method)(address, headers=headers)
        assert answer.status_code == 200
        return answer

    return ask


@pytest.fixture
def call(client):
    def ask(ticket, person, *, is_trusted=False, method="get", noun=""):
        token = ApiToken.objects.issue(person, name="test")
        ApiToken.objects.filter(user=person).update(is_trusted=is_trusted)
        headers = {"Authorization": f"Token {token}"}
        answer = getattr(client, method)(f"/api/v1/tickets/{ticket.reference}/{noun}", headers=headers)
        assert answer.status_code == 200
        return answer

    return ask


def sighted(ticket):
    return Ticket.objects.with_sighting().get(pk=ticket.pk)


def late_for(ticket: Ticket) -> datetime:
    return ticket.first_response_due_at - timedelta(minutes=1)


def holder(ticket):
    return Ticket.objects.get(pk=ticket.pk).assignee


def test_what_its_assignee_has_opened_stays(cast, berta, ticket, read):
    read(ticket, cast.amir)
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == cast.amir


def test_what_nobody_has_opened_moves_on(cast, berta, ticket):
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == berta


def test_that_somebody_else_has_opened_it_counts_for_nothing(cast, berta, ticket, read):
    read(ticket, cast.lena)
    read(ticket, cast.ada)
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == berta
    assert not Sighting.objects.exists()


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("head", {}),
        ("get", {"Sec-Purpose": "prefetch"}),
        ("get", {"Sec-Purpose": "prefetch;prerender"}),
        ("get", {"Purpose": "prefetch"}),
        ("get", {"X-Purpose": "preview"}),
        ("get", {"X-Moz": "prefetch"}),
        ("get", {"Sec-Fetch-Site": "cross-site"}),
        ("get", {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_what_a_browser_fetches_ahead_or_for_another_site_was_not_opened(cast, berta, ticket, read, method, headers):
    read(ticket, cast.amir, method, **headers)
    assert sighted(ticket).seen_at is None
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == berta


def test_whoever_takes_it_on_its_page_has_opened_it(cast, berta, ticket, client):
    take_back(ticket, by=cast.lena)
    client.force_login(cast.amir)
    address = reverse("admin:tickets_ticket_assignment", args=[ticket.reference])
    client.post(address, {"to": str(cast.amir.pk)})

    assert holder(ticket) == cast.amir
    assert sighted(ticket).seen_at is not None


def test_what_is_given_to_the_same_person_again_stays_opened(cast, berta, ticket, read):
    read(ticket, cast.amir)
    TeamMembership.objects.create(user=cast.amir, team=cast.general)
    assign_ticket(ticket, to=cast.amir, team=cast.general, by=cast.lena)
    assert sighted(ticket).seen_at is not None

    assign_ticket(ticket, to=berta, team=cast.billing, by=cast.ada)
    assign_ticket(ticket, to=cast.amir, by=cast.ada)
    assert sighted(ticket).seen_at is None


def test_it_is_written_once_for_each_time_that_it_is_given(cast, berta, ticket, read):
    read(ticket, cast.amir)
    first = sighted(ticket).seen_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as queries:
        read(ticket, cast.amir)
    assert not [query for query in queries if "INSERT INTO tickets_sighting" in query["sql"]]
    assert sighted(ticket).seen_at == first
    for person in (berta, cast.amir):
        assign_ticket(ticket, to=person, by=cast.lena)
    assert sighted(ticket).seen_at is None
    read(ticket, cast.amir)
    assert sighted(ticket).seen_at > first
    assert Sighting.objects.count() == 1


def test_opened_before_it_was_given_anew_is_not_opened(cast, berta, ticket):
    note_sighting(sighted(ticket), by=cast.amir, at=MONDAY)
    assign_ticket(ticket, to=berta, by=cast.lena, at=LATER)
    assign_ticket(ticket, to=cast.amir, by=cast.lena, at=LATER + timedelta(minutes=1))
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == berta


def test_reading_it_by_the_api_counts(cast, berta, ticket, call):
    call(ticket, cast.amir)
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == cast.amir


@pytest.mark.parametrize("circumstance", [{"is_trusted": True}, {"method": "head"}, {"noun": "routing/"}])
def test_a_system_or_a_glance_beside_it_does_not(cast, ticket, call, circumstance):
    call(ticket, cast.amir, **circumstance)
    assert sighted(ticket).seen_at is None


def test_the_preview_of_a_rebalancing_leaves_out_what_was_opened(cast):
    tickets = [cast.open_ticket(title=f"Ticket {number}") for number in range(6)]
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=4)
    shown = foresee_rebalancing(cast.billing, at=LATER)
    opened = shown[0].ticket
    note_sighting(sighted(opened), by=cast.amir, at=LATER)
    assert opened not in [place.ticket for place in foresee_rebalancing(cast.billing, at=LATER)]
    moved = rebalance(cast.billing, only=[place.ticket.pk for place in shown], by=cast.lena, at=LATER)
    assert moved
    assert opened not in moved
    assert {holder(ticket) for ticket in tickets} == {cast.amir, berta}


def test_leads_see_whether_it_was_opened(cast, ticket, client, read, call):
    def told():
        client.force_login(cast.lena)
        why = client.get(reverse("admin:tickets_ticket_why", args=[ticket.reference])).content.decode()
        return why, call(ticket, cast.lena, noun="routing/").json()["assignee_opened_at"]

    assert "Amir has not opened it yet." in told()[0]
    assert told()[1] is None
    read(ticket, cast.amir)
    assert "Amir opened it" in told()[0]
    assert datetime.fromisoformat(told()[1]) == sighted(ticket).seen_at


@pytest.fixture
def desk(transactional_db):
    """Committed, so that other connections see it."""
    cast = assemble()
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=4)
    Team.objects.filter(pk=cast.billing.pk).update(rebalances_untouched=True)
    return cast, berta


def test_whoever_opens_it_while_it_is_moved_away_has_not_opened_their_own(desk):
    cast, berta = desk
    ticket = sighted(cast.open_ticket())
    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            Ticket.objects.lock(ticket.pk)
            noting = elsewhere.submit(in_own_connection, partial(note_sighting, ticket, by=cast.amir))
            while not noting.done() and not somebody_waits():
                sleep(0.01)
            assign_ticket(ticket, to=berta, by=cast.lena)
        assert noting.result() is False
    assert not Sighting.objects.exists()


def test_what_is_opened_while_the_sweep_looks_for_it_stays(desk, monkeypatch):
    cast, _berta = desk
    ticket = cast.open_ticket()

    def opened_meanwhile(due, act, **_options):
        found = due.get(pk=ticket.pk)
        note_sighting(sighted(ticket), by=cast.amir)
        with transaction.atomic():
            act(found)

    monkeypatch.setattr("tickets.services.rebalancing.sweep_tickets", opened_meanwhile)
    rebalance_untouched(as_of=late_for(ticket))
    assert holder(ticket) == cast.amir


def test_opened_and_moved_in_the_same_instant_is_one_or_the_other(desk):
    cast, berta = desk
    for number in range(6):
        ticket = cast.open_ticket(title=f"Ticket {number}")
        assign_ticket(ticket, to=cast.amir, by=cast.lena, at=MONDAY)
        noted, _seen = race(
            partial(note_sighting, sighted(ticket), by=cast.amir), partial(rebalance_untouched, as_of=late_for(ticket))
        )
        assert holder(ticket) == (cast.amir if noted else berta)


def in_own_connection(call):
    try:
        return call()
    finally:
        connection.close()


def somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%tickets_sighting%'"
        )
        return cursor.fetchone() is not None
