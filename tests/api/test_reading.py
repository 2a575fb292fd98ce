from types import SimpleNamespace

import pytest
from rest_framework.serializers import ModelSerializer

from tests.api.conftest import address, assert_problem
from tickets.api.representations import TicketDetailSerializer, TicketSerializer, told_to
from tickets.models import Ticket
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_tag, add_watcher


def test_one_ticket_tells_what_was_asked_what_is_promised_and_who_has_to_do_with_it(cast, api):
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    response = api(cast.lena).get(address(ticket))
    assert response.status_code == 200
    ticket.refresh_from_db()
    assert response["ETag"] == f'"{ticket.version}"'
    told = response.json()
    assert told["description"] == "You charged my card twice for March."
    assert [person["name"] for person in told["watchers"]] == ["Otto"]
    assert (told["requester"]["name"], told["assignee"]["name"], told["team"]["slug"]) == ("Rosa", "Amir", "billing")
    assert told["opened_at"] == "2026-03-02T10:00:00Z"
    assert {"first_response_due_at", "resolution_due_at"} <= told.keys()


def test_what_is_told_is_what_the_schema_declares(cast, api):
    """The representation is written out; the schema is made from the fields beside it."""
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    add_tag(ticket, name="vip", by=cast.amir)
    request = SimpleNamespace(user=cast.lena)
    row = told_to(cast.lena, Ticket.objects.filter(pk=ticket.pk)).get()
    for serializer in (
        TicketSerializer(context={"request": request}),
        TicketDetailSerializer(context={"request": request}),
    ):
        told = serializer.to_representation(row)
        assert list(told) == list(serializer.fields)
        assert told == ModelSerializer.to_representation(serializer, row)


def test_customers_read_the_public_side(cast, api):
    ticket = cast.open_ticket()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    add_tag(ticket, name="vip", by=cast.amir)
    for person in (cast.rosa, cast.otto):
        told = api(person).get(address(ticket)).json()
        assert (told["watchers"], told["tags"], told["breached_at"]) == ([], [], None)
        assert told["description"] == "You charged my card twice for March."


def test_answers_are_kept_by_nobody(cast, api):
    ticket = cast.open_ticket()
    for path in (address(ticket), "/api/v1/me/", "/api/v1/tickets/", "/api/v1/nonsense/"):
        assert api(cast.rosa).get(path)["Cache-Control"] == "private, no-store"
    assert api().get("/api/v1/me/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("noun", ["", "messages/", "events/"])
def test_reading_takes_few_queries_whatever_has_been_written(cast, api, noun, django_assert_max_num_queries):
    ticket, client = cast.open_ticket(), api(cast.amir)
    client.get(address(ticket, noun))

    def count():
        with django_assert_max_num_queries(8) as queries:
            client.get(address(ticket, noun))
        return len(queries)

    def write():
        for _number in range(4):
            reply(ticket, body="Hello", by=cast.rosa, channel="web")
            add_note(ticket, body="Hm", by=cast.lena)

    write()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    few = count()
    write()
    assert count() == few


def test_nothing_that_is_secret_is_ever_named(cast, api):
    ticket = cast.open_ticket()
    for path in (
        address(ticket),
        address(ticket, "events/"),
        address(ticket, "routing/"),
        "/api/v1/me/",
        "/api/v1/teams/",
    ):
        response = api(cast.ada).get(path)
        assert response.status_code == 200
        for word in ("password", "hash", "token", "secret", "digest"):
            assert word not in response.content.decode()


def test_who_follows_nothing_is_told_nothing(cast, api):
    ticket = cast.open_ticket()
    assert_problem(api(cast.otto).get(address(ticket)), 404, "not_found")
    unknown = api(cast.otto).get("/api/v1/tickets/HD-999999/")
    assert api(cast.otto).get(address(ticket)).content == unknown.content
