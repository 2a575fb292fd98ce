"""Asking for a fresh link: one answer for everybody, a mail only to whom it belongs, and not too many of them."""

import re

import pytest
from django.test import Client
from django.utils.timezone import now

from teams.models import LetterRequest, User
from teams.services.letters import PER_ADDRESS, PER_NETWORK
from tests.portal.letters import paths_in, plain, posted

ROSA = "rosa@example.com"


def ask(client, email, reference=""):
    return client.post("/links/", {"email": email, "reference": reference}, follow=True)


def without_secrets(answer):
    return re.sub(rb'(csrfmiddlewaretoken" value=|nonce-)"?[^"]+', b"", answer.content)


def test_the_answer_is_the_same_whether_address_and_ticket_exist(cast):
    ticket = cast.open_ticket()
    asked = [
        (ROSA, ""), (ROSA, ticket.reference), (ROSA, "HD-99999999"), (ROSA, "nonsense"), ("nobody@example.com", ""),
        ("nobody@example.com", ticket.reference), ("otto@example.com", ticket.reference), ("amir@example.com", ""),
    ]  # fmt: skip

    answers = [ask(Client(), *each) for each in asked]

    assert {(answer.status_code, tuple(answer.redirect_chain)) for answer in answers} == {
        (200, (("/links/sent/", 302),))
    }
    assert len({without_secrets(answer) for answer in answers}) == 1


def test_the_same_work_is_done_for_every_address(cast, django_assert_num_queries):
    cast.open_ticket()
    for email in (ROSA, "nobody@example.com"):
        with django_assert_num_queries(3):
            Client().post("/links/", {"email": email})


def test_a_fresh_link_comes_by_mail_and_opens_the_ticket(cast, smtp, client):
    ticket = cast.open_ticket()
    ask(client, " Rosa@Example.com ", ticket.reference.lower())

    (mail,) = posted(smtp, ROSA)
    (path,) = paths_in(mail)
    assert ticket.reference in mail["Subject"]
    assert client.get(path)["Location"] == f"/tickets/{ticket.public_id}/"


def test_without_a_reference_all_of_theirs_come_the_latest_on_the_button(cast, smtp, client):
    older, newer = cast.open_ticket(title="Older"), cast.open_ticket(title="Newer")
    ask(client, ROSA)

    (mail,) = posted(smtp, ROSA)
    assert "“Newer”" in plain(mail)
    assert f"{older.reference} Older" in plain(mail)
    leads = [client.get(path)["Location"] for path in paths_in(mail)]
    assert sorted(leads) == sorted(f"/tickets/{each.public_id}/" for each in (older, newer))
    assert mail.get_body(("html",)).get_content().count('class="button"') == 1


def test_nothing_is_mailed_to_whom_it_does_not_belong(cast, smtp, client):
    ticket = cast.open_ticket()
    for email in ("nobody@example.com", "otto@example.com", "amir@example.com"):
        ask(client, email, ticket.reference)
    User.objects.filter(pk=cast.rosa.pk).update(is_active=False)
    ask(client, ROSA)

    posted(smtp, ROSA)

    assert smtp.mails == []
    assert not LetterRequest.objects.exists()


def test_nobody_is_flooded(cast, smtp):
    cast.open_ticket()
    answers = [ask(Client(REMOTE_ADDR=f"192.0.2.{count}"), ROSA) for count in range(10)]

    assert len(posted(smtp, ROSA)) == PER_ADDRESS.most
    assert {without_secrets(answer) for answer in answers} == {without_secrets(answers[0])}


def test_one_network_cannot_make_us_write_to_the_world(db, client):
    for count in range(PER_NETWORK.most + 5):
        client.post("/links/", {"email": f"somebody{count}@example.com"})

    assert LetterRequest.objects.count() == PER_NETWORK.most


def test_the_letter_is_in_the_language_of_its_reader(cast, smtp, client):
    User.objects.filter(pk=cast.rosa.pk).update(language="de")
    cast.open_ticket()
    client.post("/links/", {"email": ROSA}, headers={"accept-language": "en"})

    assert '<html lang="de">' in posted(smtp, ROSA)[0].get_body(("html",)).get_content()


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "x" * 300 + "@example.com", "a\x00@example.com"])
def test_what_is_no_address_is_said_to_be_none(db, client, email):
    answer = client.post("/links/", {"email": email})

    assert answer.status_code == 422
    assert answer.context["form"].errors["email"]


def test_a_mail_server_that_is_down_delays_and_loses_nothing(cast, smtp, client):
    cast.open_ticket()
    ask(client, ROSA)
    smtp.first_answers = ["451 Later"]

    assert posted(smtp, ROSA) == []
    asked = LetterRequest.objects.get()
    assert asked.next_try_at > now()
    assert "451" in asked.last_error

    LetterRequest.objects.update(next_try_at=now())
    assert len(posted(smtp, ROSA)) == 1


def test_a_letter_that_cannot_be_written_stops_no_other(cast, smtp, client):
    cast.open_ticket()
    LetterRequest.objects.create(kind="unheard_of", address=ROSA, language="en")
    ask(client, ROSA)

    assert len(posted(smtp, ROSA)) == 1
    assert LetterRequest.objects.get().kind == "unheard_of"


def test_administrators_see_what_failed_for_good_and_have_it_tried_again(cast, smtp, client):
    cast.open_ticket()
    ask(client, ROSA)
    smtp.refuses_recipient = "550 No such user"
    assert posted(smtp, ROSA) == []
    asked = LetterRequest.objects.get()
    assert asked.next_try_at is None

    smtp.refuses_recipient = ""
    client.force_login(cast.ada)
    page = client.get("/admin/teams/letterrequest/").content.decode()
    assert "550" in page
    chosen = {"action": "send_again", "_selected_action": [asked.pk]}
    client.post("/admin/teams/letterrequest/", chosen)

    assert len(posted(smtp, ROSA)) == 1
