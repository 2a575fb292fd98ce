"""Who may listen where is asked for all sockets at once."""

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from notifications.live.permits import Key, permits_of, readers_among
from teams.models import ApiToken
from teams.models.api_token import digest_of
from tests.cast import make_person
from tickets.links import grant_in, granted, granted_among, link_to, revoke_links
from tickets.models import Ticket
from tickets.services.following import add_watcher


def with_token(person):
    return Key(token_digest=digest_of(ApiToken.objects.issue(person, name="test")))


def with_session(person):
    client = Client()
    client.force_login(person)
    return Key(session_key=client.session.session_key)


def as_guest(ticket, person):
    client = Client()
    client.get(link_to(ticket, person, at=now()).removeprefix("http://localhost:8000"))
    return Key(session_key=client.session.session_key)


def a_crowd(cast, number):
    crowd = []
    for each in range(number):
        person = make_person(f"Person{each}")
        ticket = cast.open_ticket(requester=person, by=person)
        crowd += [with_token(person), with_session(cast.amir), as_guest(ticket, person)]
    return crowd


def test_a_hundred_sockets_take_as_many_queries_as_three(cast):
    crowd = a_crowd(cast, 12)

    def queries(keys):
        with CaptureQueriesContext(connection) as captured:
            assert len(permits_of(keys)) == len(keys)
        return len(captured)

    assert queries(crowd[:3]) == queries(crowd) <= 8


def test_what_was_read_is_told_apart_by_who_asks(cast):
    ticket = cast.open_ticket()
    staff, guest, customer = with_session(cast.amir), as_guest(ticket, cast.rosa), with_session(cast.rosa)
    permits = permits_of([staff, guest, customer, Key(), Key(token_digest="x"), Key(session_key="y")])
    assert permits[staff].groups == {f"user.{cast.amir.pk}", f"team.{cast.billing.pk}"}
    assert permits[customer].groups == {f"user.{cast.rosa.pk}"}
    assert (permits[guest].user, permits[guest].groups) == (None, {f"guests.{ticket.pk}"})
    assert len(permits) == 3
    Session.objects.all().delete()
    assert permits_of([staff, guest, customer]) == {}


@pytest.mark.parametrize("end", ["revoked", "left", "another address", "old", "not theirs", "nothing"])
def test_grants_are_judged_as_one_by_one(cast, end):
    ticket = cast.open_ticket()
    grant, at = grant_in(link_to(ticket, cast.rosa, at=now()).rstrip("/").rsplit("/", 1)[1]), now()
    if end == "revoked":
        revoke_links(ticket, by=cast.lena)
    elif end == "left":
        type(cast.rosa).objects.filter(pk=cast.rosa.pk).update(is_active=False)
    elif end == "another address":
        type(cast.rosa).objects.filter(pk=cast.rosa.pk).update(email="other@example.com")
    elif end == "old":
        at = at.replace(year=at.year + 1)
    elif end == "not theirs":
        Ticket.objects.filter(pk=ticket.pk).update(requester=cast.otto)
    assert (granted(grant, at=at) is not None) == (granted_among([grant], at=at) == {grant}) == (end == "nothing")


def test_a_follower_keeps_the_grant(cast):
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.otto, by=cast.lena)
    grant = grant_in(link_to(ticket, cast.otto, at=now()).rstrip("/").rsplit("/", 1)[1])
    assert granted_among([grant], at=now()) == {grant}


def test_readers_are_judged_as_one_by_one(cast):
    tickets = [cast.open_ticket(), cast.open_ticket(category=cast.technical_category)]
    add_watcher(tickets[0], user=cast.noor, by=cast.lena)
    add_watcher(tickets[0], user=cast.otto, by=cast.lena)
    people = [cast.amir, cast.lena, cast.noor, cast.ada, cast.rosa, cast.otto]
    pairs = {(person, ticket.pk) for person in people for ticket in tickets}
    with CaptureQueriesContext(connection) as captured:
        found = readers_among(pairs)
    assert len(captured) == 3
    assert found == {(person.pk, pk) for person, pk in pairs if Ticket.objects.worked_by(person).filter(pk=pk).exists()}
