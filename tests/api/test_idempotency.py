from functools import partial

import pytest
from django.db import connection
from rest_framework.test import APIClient

from teams.models import ApiToken, User
from tests.api.conftest import address, assert_problem
from tests.cast import assemble
from tests.racing import crowd
from tickets.models import Attachment, Message, Ticket

TICKETS = "/api/v1/tickets/"
BODY = {"title": "Down", "description": "It is down.", "customer_email": "new@example.com"}


def post(client, body=BODY, key="abc", path=TICKETS, **options):
    return client.post(path, body, HTTP_IDEMPOTENCY_KEY=key, **options)


def test_the_same_key_leads_to_the_same_ticket_and_the_same_answer(cast, api):
    client = api(cast.ada)
    first, second = post(client), post(client)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Ticket.objects.count() == 1


def test_the_body_may_carry_the_key_instead(cast, api):
    client = api(cast.ada)
    assert post(client).json()["reference"] == client.post(TICKETS, BODY | {"submissionKey": "abc"}).json()["reference"]


def test_another_body_under_the_same_key_is_a_mistake(cast, api):
    client = api(cast.ada)
    post(client)
    assert_problem(post(client, BODY | {"description": "Something else"}), 422, "submission_reused")
    assert Ticket.objects.count() == 1


def test_keys_belong_to_whoever_chose_them(cast, api):
    assert post(api(cast.ada)).json()["reference"] != post(api(cast.amir)).json()["reference"]


def test_a_message_with_a_key_is_sent_once_with_its_files(cast, api, text_file):
    ticket = cast.open_ticket()
    for note in ("", "true"):
        path, key = address(ticket, "messages/"), f"key{note}"
        answers = [
            post(
                api(cast.amir), {"body": "Hello", "is_internal": note, "attachments": text_file()}, key, path,
                format="multipart",
            ).json()
            for _time in range(2)
        ]  # fmt: skip
        assert answers[0] == answers[1]
    assert Message.objects.count() == 3
    assert Attachment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_fifty_equal_requests_at_once_open_one_ticket():
    cast = assemble()
    token = ApiToken.objects.issue(cast.ada, name="test")

    def once():
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {token}")
        response = post(client)
        connection.close()
        return response.status_code, response.json()["reference"]

    answers = crowd([partial(once) for _time in range(50)], connections=8)
    assert set(answers) == {(201, Ticket.objects.get().reference)}
    assert User.objects.filter(email="new@example.com").count() == 1
