"""Pages that could not be shown: in the same look, saying what to do, and giving back what was typed."""

import pytest
from django.test import Client
from django.urls import reverse

from tickets.portal import welcome


def test_what_is_not_there_says_how_to_get_there(db, client):
    answer = client.get("/nothing/here/")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert 'href="/links/"' in answer.content.decode()


def test_a_forged_or_old_form_gives_the_words_back(cast):
    client = Client(enforce_csrf_checks=True)

    answer = client.post("/new/", {"description": "Words <b>of mine</b>"})

    assert answer.status_code == 403
    assert "Please send that once more" in answer.content.decode()
    assert "Words &lt;b&gt;of mine&lt;/b&gt;" in answer.content.decode()


def test_an_answer_after_the_session_ended_gives_the_words_back(client, cast):
    ticket = cast.open_ticket()

    answer = client.post(reverse("portal:messages", args=[ticket.public_id]), {"body": "My long answer"})

    assert answer.status_code == 404
    assert "My long answer" in answer.content.decode()


def test_our_own_fault_is_said_so_without_asking_anything_of_what_is_broken(db, monkeypatch):
    def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(welcome, "topics", broken)

    answer = Client(raise_request_exception=False).get("/")

    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.content.decode()


@pytest.mark.parametrize("template", ["400.html", "403.html", "404.html", "403_csrf.html"])
def test_they_can_be_shown_without_a_request(template):
    from django.template.loader import render_to_string

    assert "Helpdesk" in render_to_string(template)
