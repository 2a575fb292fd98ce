"""Who may do what: every role against every address of one ticket. Invisible is 404, visible but not permitted 403."""

import pytest

from tests.api.conftest import address, assert_problem
from tickets.models import Ticket, TicketEvent
from tickets.services.following import add_watcher

# (method, noun, body): what an answer is for the requester, and for a customer who follows. Staff get 200 or 201.
READS = [
    ("get", "", None, 200, 200),
    ("get", "messages/", None, 200, 200),
    ("get", "events/", None, 200, 200),
    ("get", "routing/", None, 403, 403),
]
CHANGES = [
    ("post", "messages/", {"body": "Hello"}, 201, 201),
    ("post", "messages/", {"body": "Hello", "is_internal": True}, 403, 403),
    ("post", "messages/", {"body": "Hello", "then": "send_and_resolve"}, 403, 403),
    ("post", "assignment/", {"automatic": True}, 403, 403),
    ("post", "assignment/", {"assignee": "lena@example.com"}, 403, 403),
    ("post", "assignment/", {"assignee": "nonsense"}, 403, 403),
    ("delete", "assignment/", None, 403, 403),
    ("put", "priority/", {"priority": "critical"}, 403, 403),
    ("put", "category/", {"category": "payment"}, 403, 403),
    ("post", "work/", None, 403, 403),
    ("post", "waiting/", None, 403, 403),
    ("delete", "waiting/", None, 403, 403),
    ("post", "resolution/", None, 200, 403),
    ("delete", "resolution/", None, 200, 403),
    ("put", "tags/vip/", None, 403, 403),
    ("delete", "tags/vip/", None, 403, 403),
    ("put", "watchers/noor@example.com/", None, 403, 403),
    ("delete", "watchers/noor@example.com/", None, 403, 403),
    ("put", "watchers/me/", None, 403, 403),
    ("delete", "watchers/me/", None, 200, 200),
]
CELLS = [pytest.param(*cell, id=f"{cell[0]} {cell[1]} {cell[2]}") for cell in [*READS, *CHANGES]]


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


@pytest.mark.parametrize("who", ["amir", "lena", "ada"])
@pytest.mark.parametrize(("method", "noun", "body", "_requester", "_watcher"), CELLS)
def test_who_works_on_it_may(cast, api, ticket, who, method, noun, body, _requester, _watcher):
    response = getattr(api(getattr(cast, who)), method)(address(ticket, noun), body)
    expected = 400 if body == {"assignee": "nonsense"} else (200, 201)
    assert response.status_code in (expected if isinstance(expected, tuple) else (expected,)), response.content


def test_staff_who_follow_work_on_it_too(cast, api, ticket):
    add_watcher(ticket, user=cast.noor, by=cast.amir)
    assert api(cast.noor).get(address(ticket, "routing/")).status_code == 200
    assert api(cast.noor).put(address(ticket, "priority/"), {"priority": "low"}).status_code == 200


@pytest.mark.parametrize(("method", "noun", "body", "requester", "_watcher"), CELLS)
def test_the_requester_may_read_reply_resolve_and_reopen(cast, api, ticket, method, noun, body, requester, _watcher):
    check(api(cast.rosa), ticket, method, noun, body, requester)


@pytest.mark.parametrize(("method", "noun", "body", "_requester", "watcher"), CELLS)
def test_a_customer_who_follows_may_read_and_reply(cast, api, ticket, method, noun, body, _requester, watcher):
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    check(api(cast.otto), ticket, method, noun, body, watcher)


@pytest.mark.parametrize("who", ["otto", "noor"])
@pytest.mark.parametrize(("method", "noun", "body", "_requester", "_watcher"), CELLS)
def test_for_everybody_else_there_is_no_such_ticket(cast, api, ticket, who, method, noun, body, _requester, _watcher):
    check(api(getattr(cast, who)), ticket, method, noun, body, 404)


@pytest.mark.parametrize(("method", "noun", "body", "_requester", "_watcher"), CELLS)
def test_without_a_token_nothing_happens(cast, api, ticket, method, noun, body, _requester, _watcher):
    check(api(), ticket, method, noun, body, 401)


def test_a_trusted_token_opens_for_others_and_sees_no_more_than_its_person(cast, api, ticket):
    client = api(cast.otto, is_trusted=True)
    assert_problem(client.get(address(ticket)), 404)
    assert client.get("/api/v1/tickets/").json()["results"] == []


def test_reading_changes_nothing(cast, api, ticket):
    before = (Ticket.objects.values().get(), TicketEvent.objects.count())
    for _method, noun, _body, *_expected in READS:
        api(cast.amir).get(address(ticket, noun))
        api(cast.amir).head(address(ticket, noun))
    assert (Ticket.objects.values().get(), TicketEvent.objects.count()) == before


def check(client, ticket, method, noun, body, status):
    """The answer has this status, and a refusal changes nothing."""
    before = Ticket.objects.values().get(pk=ticket.pk)
    response = getattr(client, method)(address(ticket, noun), body)
    if status < 300:
        assert response.status_code == status, response.content
    else:
        assert_problem(response, status)
        assert Ticket.objects.values().get(pk=ticket.pk) == before
