import pytest

from tests.api.conftest import address
from tickets.events import Cause, EventKind, known_kinds
from tickets.models import Priority
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_tag, add_watcher
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer
from tickets.timeline.causes import _CAUSES
from tickets.timeline.sentences import SENTENCES
from tickets.timeline.telling import _registered


@pytest.fixture
def ticket(cast):
    ticket = cast.open_ticket()
    reply(ticket, body="Which card?", by=cast.amir, channel="web")
    add_note(ticket, body="Odd.", by=cast.lena)
    add_tag(ticket, name="vip", by=cast.lena)
    change_priority(ticket, to=Priority.HIGH, by=cast.lena)
    wait_for_customer(ticket, by=cast.amir, reason="Waiting for the card's number")
    return ticket


def history(client, ticket):
    response = client.get(address(ticket, "events/"))
    assert response.status_code == 200, response.content
    return response.json()["results"]


def test_staff_read_everything_in_sentences_with_actor_and_cause(cast, api, ticket):
    told = list(reversed(history(api(cast.amir), ticket)))
    assert [event["seq"] for event in told] == list(range(1, len(told) + 1))
    sentences = [event["text"] for event in told]
    assert sentences[:2] == ["Rosa opened the ticket for Billing", "The helpdesk assigned it to Amir of Billing"]
    assert "Amir replied to the customer" in sentences
    assert "Lena added the tag “vip”" in sentences
    assert "Lena changed the priority from Medium to High" in sentences
    assert sentences[-1] == "Amir waits for the customer"
    assigned = told[1]
    assert (assigned["actor"], assigned["cause"], assigned["caused_by"]) == (None, "assignment", 1)
    assert assigned["cause_text"] == ""
    assert told[0]["actor"]["name"] == "Rosa"
    assert told[0]["cause_text"] == ""


def test_customers_read_what_concerns_them_without_the_inner_side(cast, api, ticket):
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    for person in (cast.rosa, cast.otto):
        told = history(api(person), ticket)
        assert {event["kind"] for event in told} == {
            EventKind.OPENED, EventKind.REPLIED, EventKind.STARTED, EventKind.PENDED,
        }  # fmt: skip
        for event in told:
            assert not event["data"].keys() - {"by_staff", "automatic", "channel", "status"}
            assert event["actor"] is None or event["actor"]["email"] in (None, person.email)


def test_a_person_without_a_name_is_not_given_away_to_customers(cast, api, ticket):
    cast.amir.full_name = ""
    cast.amir.save()
    assert "amir@example.com" not in api(cast.rosa).get(address(ticket, "events/")).content.decode()
    assert "amir@example.com" in api(cast.lena).get(address(ticket, "events/")).content.decode()


def test_every_kind_that_anybody_records_has_a_sentence():
    assert known_kinds() == SENTENCES.keys() | _registered.keys()


def test_every_cause_has_words():
    assert {value for name, value in vars(Cause).items() if name.isupper()} == _CAUSES.keys()
