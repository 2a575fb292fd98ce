import pytest

from tests.api.conftest import address, assert_problem
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Message, Ticket
from tickets.services.conversing import add_note
from tickets.services.following import add_watcher
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import close_ticket, resolve_ticket


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def bodies(response):
    assert response.status_code == 200, response.content
    return [message["body"] for message in response.json()["results"]]


def test_both_sides_write_and_read(cast, api, ticket):
    sent = api(cast.amir).post(address(ticket, "messages/"), {"body": "Looking into it."})
    assert sent.status_code == 201, sent.content
    assert (sent.json()["is_from_staff"], sent.json()["channel"], sent.json()["ticket"]) == (
        True,
        "api",
        ticket.reference,
    )
    api(cast.rosa).post(address(ticket, "messages/"), {"body": "Thanks!"})
    expected = ["You charged my card twice for March.", "Looking into it.", "Thanks!"]
    assert bodies(api(cast.rosa).get(address(ticket, "messages/"))) == expected
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at is not None) == (Status.IN_PROGRESS, True)


def test_notes_are_for_staff(cast, api, ticket):
    assert api(cast.amir).post(address(ticket, "messages/"), {"body": "Angry.", "is_internal": True}).status_code == 201
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    assert "Angry." in bodies(api(cast.lena).get(address(ticket, "messages/")))
    for customer in (cast.rosa, cast.otto):
        assert "Angry." not in bodies(api(customer).get(address(ticket, "messages/")))
        note = {"body": "Me too", "is_internal": True}
        assert_problem(api(customer).post(address(ticket, "messages/"), note), 403, "not_permitted")


def test_a_reply_may_wait_for_the_customer_or_resolve(cast, api, ticket):
    client = api(cast.amir)
    client.post(address(ticket, "messages/"), {"body": "Which card?", "then": "send_and_wait"})
    ticket.refresh_from_db()
    assert ticket.status == Status.PENDING_CUSTOMER
    client.post(address(ticket, "messages/"), {"body": "Refunded.", "then": "send_and_resolve"})
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert_problem(api(cast.rosa).post(address(ticket, "messages/"), {"body": "x", "then": "send_and_resolve"}), 403)
    assert_problem(client.post(address(ticket, "messages/"), {"body": "x", "then": "nonsense"}), 400)
    internal = {"body": "x", "then": "send_and_wait", "is_internal": True}
    assert_problem(client.post(address(ticket, "messages/"), internal), 400)


def test_a_customers_reply_resumes_and_reopens(cast, api, ticket):
    wait_for_customer(ticket, by=cast.amir)
    api(cast.rosa).post(address(ticket, "messages/"), {"body": "The blue one."})
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS
    resolve_ticket(ticket, by=cast.amir)
    api(cast.rosa).post(address(ticket, "messages/"), {"body": "Still wrong."})
    ticket.refresh_from_db()
    assert ticket.status == Status.IN_PROGRESS


def test_a_reply_to_a_closed_ticket_opens_a_linked_one(cast, api, ticket):
    resolve_ticket(ticket, by=cast.amir)
    close_ticket(ticket, by=cast.amir)
    answer = api(cast.rosa).post(address(ticket, "messages/"), {"body": "Again!"}).json()
    follower = Ticket.objects.get(follows_up=ticket)
    assert answer["ticket"] == follower.reference
    assert api(cast.rosa).get(address(follower)).json()["follows_up"] == ticket.reference
    problem = assert_problem(api(cast.amir).post(address(ticket, "messages/"), {"body": "Oh"}), 409, "illegal_move")
    assert problem["status_now"] == "closed"


def test_an_overtaken_reply_is_held_back_and_says_by_what(cast, api, ticket):
    seen = api(cast.amir).get(address(ticket)).json()["version"]
    add_note(ticket, body="I have this one.", by=cast.lena)
    body = {"body": "On it.", "seen_version": seen}
    problem = assert_problem(api(cast.amir).post(address(ticket, "messages/"), body), 409, "overtaken")
    assert problem["since"] == [EventKind.NOTED]
    body["seen_version"] = problem["version"]
    assert api(cast.amir).post(address(ticket, "messages/"), body).status_code == 201
    for nonsense in (-1, "x", 1.5, [1]):
        assert_problem(api(cast.amir).post(address(ticket, "messages/"), {"body": "x", "seen_version": nonsense}), 400)


@pytest.mark.parametrize("body", ["", "  \n", "a\x00b", None, 5, "x" * 200_001])
def test_a_message_that_is_none_is_refused(cast, api, ticket, body):
    problem = assert_problem(api(cast.rosa).post(address(ticket, "messages/"), {"body": body}, format="json"), 400)
    assert list(problem["errors"]) == ["body"]
    assert Message.objects.count() == 1


def test_outsiders_neither_read_nor_write(cast, api, ticket):
    for person in (cast.otto, cast.noor):
        assert_problem(api(person).get(address(ticket, "messages/")), 404)
        assert_problem(api(person).post(address(ticket, "messages/"), {"body": "Hello"}), 404)
    assert Message.objects.count() == 1
