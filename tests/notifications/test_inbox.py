"""The inbox through the API: one's own, and of that what one may still see."""

import pytest
from rest_framework.test import APIClient

from notifications.models import Notification
from teams.models import ApiToken, TeamMembership
from tests.api.conftest import assert_problem
from tests.cast import MONDAY
from tests.notifications.desk import told
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_watcher

INBOX = "/api/v1/notifications/"


def client_of(user):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {ApiToken.objects.issue(user, name='test')}")
    return client


def rows(response):
    assert response.status_code == 200, response.content
    return response.json()["results"]


@pytest.fixture
def ticket(cast):
    """Rosa asked, Amir has it and has answered: each was told of what the other did, and Lena of the opening."""
    ticket = cast.open_ticket()
    reply(ticket, body="Which card?", by=cast.amir, channel="web", at=MONDAY)
    told()
    return ticket


def test_a_row_says_what_happened_to_which_ticket_and_why_you_are_told(cast, ticket):
    newest, oldest = rows(client_of(cast.rosa).get(INBOX))
    assert (newest["kind"], oldest["kind"]) == ("replied", "opened")
    assert newest["text"] == f"Amir wrote on {ticket.reference}: Charged twice"
    assert (newest["ticket"], newest["because"], newest["read_at"]) == (ticket.reference, "you asked", None)


def test_everybody_has_an_inbox_of_their_own(cast, ticket):
    kinds = {
        person.full_name: [row["kind"] for row in rows(client_of(person).get(INBOX))]
        for person in (cast.rosa, cast.amir, cast.lena, cast.noor, cast.otto, cast.ada)
    }
    assert kinds == {
        "Rosa": ["replied", "opened"],
        "Amir": ["assigned"],
        "Lena": ["opened"],
        "Noor": [],
        "Otto": [],
        "Ada": [],
    }


def test_without_a_token_there_is_no_inbox(cast):
    assert_problem(APIClient().get(INBOX), 401)


def test_reading_marks_one_and_reading_it_again_changes_nothing(cast, ticket):
    client = client_of(cast.rosa)
    newest, oldest = rows(client.get(INBOX))
    assert client.post(f"{INBOX}{newest['id']}/read/").json() == {"marked": 1}
    read_at = Notification.objects.get(pk=newest["id"]).read_at
    assert client.post(f"{INBOX}{newest['id']}/read/").json() == {"marked": 0}
    assert Notification.objects.get(pk=newest["id"]).read_at == read_at
    assert [row["id"] for row in rows(client.get(f"{INBOX}?is_unread=true"))] == [oldest["id"]]
    assert [row["id"] for row in rows(client.get(f"{INBOX}?is_unread=false"))] == [newest["id"]]


def test_reading_all_marks_only_ones_own(cast, ticket):
    assert client_of(cast.rosa).post(f"{INBOX}read/").json() == {"marked": 2}
    assert set(Notification.objects.unread().values_list("recipient__full_name", flat=True)) == {"Amir", "Lena"}


def test_somebody_elses_notification_does_not_exist(cast, ticket):
    theirs = Notification.objects.get(recipient=cast.amir)
    for person in (cast.rosa, cast.lena, cast.ada):
        assert_problem(client_of(person).post(f"{INBOX}{theirs.pk}/read/"), 404)
    theirs.refresh_from_db()
    assert theirs.read_at is None


def test_who_left_the_team_no_longer_reads_what_they_were_told(cast, ticket):
    client = client_of(cast.lena)
    TeamMembership.objects.filter(user=cast.lena).delete()
    assert rows(client.get(INBOX)) == []
    assert_problem(client.post(f"{INBOX}{Notification.objects.get(recipient=cast.lena).pk}/read/"), 404)


def test_who_is_staff_no_more_keeps_the_public_part_only(cast, ticket):
    add_watcher(ticket, user=cast.noor, by=cast.lena, at=MONDAY)
    add_note(ticket, body="psst", by=cast.amir, at=MONDAY)
    reply(ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
    told()
    client = client_of(cast.noor)
    assert [row["kind"] for row in rows(client.get(INBOX))] == ["replied", "noted"]
    cast.noor.is_staff = False
    cast.noor.save(update_fields=["is_staff"])
    assert [row["kind"] for row in rows(client.get(INBOX))] == ["replied"]


@pytest.mark.parametrize("query", ["is_read=true", "recipient=1", "ticket__title=x"])
def test_what_the_inbox_does_not_know_is_refused(cast, query):
    assert_problem(client_of(cast.rosa).get(f"{INBOX}?{query}"), 400)


def test_the_words_are_in_the_readers_language_or_english(cast, ticket):
    cast.rosa.language, cast.rosa.time_zone = "de", "Asia/Tokyo"
    cast.rosa.save(update_fields=["language", "time_zone"])
    for row in rows(client_of(cast.rosa).get(INBOX)):
        assert ticket.reference in row["text"]
        assert "{{" not in row["text"]


def test_a_long_inbox_takes_no_more_queries_than_a_short_one(cast, django_assert_max_num_queries):
    client = client_of(cast.amir)

    def count():
        with django_assert_max_num_queries(6) as queries:
            rows(client.get(INBOX))
        return len(queries)

    def fill():
        for _number in range(6):
            reply(cast.open_ticket(), body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        told()

    fill()
    client.get(INBOX)
    few = count()
    fill()
    assert count() == few
