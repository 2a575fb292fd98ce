import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.timezone import now

from tickets.lifecycle import Status
from tickets.models import CannedReply, Draft, Message, Ticket
from tickets.services.conversing import add_note, reply
from tickets.services.resolving import close_ticket, resolve_ticket
from tickets.services.sending import send_due_drafts

JSON = {"Accept": "application/json"}


def fresh(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def send(client, url, **fields):
    return client.post(url, {"side": "reply", "then": "send"} | fields, headers=JSON)


def let_out() -> int:
    return send_due_drafts(as_of=now() + timedelta(seconds=11))


def said(ticket: Ticket) -> list[str]:
    return list(ticket.messages.order_by("pk").values_list("body", flat=True))[1:]


def test_a_reply_goes_out_after_ten_seconds_and_moves_the_ticket(cast, desk, at, ticket):
    answer = send(desk(cast.amir), at(ticket, "messages"), body="Which card?", then="send_and_wait").json()["sent"]
    assert said(ticket) == []
    assert "Which card?" in answer["pending"]
    assert let_out() == 1
    assert said(ticket) == ["Which card?"]
    assert fresh(ticket).status == Status.PENDING_CUSTOMER


def test_a_reply_can_be_taken_back(cast, desk, at, ticket):
    client = desk(cast.amir)
    answer = send(client, at(ticket, "messages"), body="Which card?", then="send_and_resolve").json()["sent"]
    assert answer["message"] == "Your reply is on its way, then the ticket is resolved."
    undo = answer["undo"]
    back = client.post(undo["url"], undo["fields"], headers=JSON).json()
    assert back == {"body": "Which card?", "side": "reply"}
    let_out()
    assert said(ticket) == []
    assert "Which card?" in client.get(at(ticket)).content.decode()
    late = client.post(undo["url"], {"draft": "999999"}, headers=JSON).json()
    assert "too late" in late["refused"]["message"]


def test_a_note_is_added_at_once_and_seen_by_staff_only(cast, desk, at, ticket):
    send(desk(cast.amir), at(ticket, "messages"), body="An odd one.", side="note", then="send_and_resolve")
    note = ticket.messages.latest("pk")
    assert (note.body, note.is_internal, note.author) == ("An odd one.", True, cast.amir)
    assert fresh(ticket).status == Status.IN_PROGRESS


def test_sending_twice_sends_once(cast, desk, at, ticket):
    client = desk(cast.amir)
    for _again in range(2):
        assert "sent" in send(client, at(ticket, "messages"), body="Which card?").json()
    let_out()
    assert "sent" in send(client, at(ticket, "messages"), body="Which card?").json()
    let_out()
    assert said(ticket) == ["Which card?"]


def test_it_works_as_a_plain_form(cast, desk, at, ticket):
    client = desk(cast.amir)
    file = SimpleUploadedFile("card.txt", b"text")
    data = {"body": "Which card?", "side": "reply", "then": "send", "files": file}
    page = client.post(at(ticket, "messages"), data, follow=True).content.decode()
    assert "on its way" in page
    assert "Take it back" in page
    let_out()
    assert ticket.messages.latest("pk").attachments.get().name == "card.txt"


def test_an_overtaken_reply_is_held_with_what_changed_and_its_text(cast, desk, at, ticket):
    client = desk(cast.amir)
    seen = fresh(ticket).version
    add_note(ticket, body="I have called her.", by=cast.lena)
    held = send(client, at(ticket, "messages"), body="Which card?", seen_version=seen).json()["held"]
    assert held["since"] == ["Lena added an internal note"]
    assert Draft.objects.get().body == "Which card?"
    plain = client.post(at(ticket, "messages"), {"body": "Which card?", "side": "reply", "seen_version": seen})
    page = plain.content.decode()
    assert "somebody else was faster" in page
    assert "Lena added an internal note" in page
    assert re.search(r"<textarea[^>]*>Which card\?</textarea>", page)
    anyway = send(client, at(ticket, "messages"), body="Which card?", seen_version=held["version"]).json()
    assert "sent" in anyway
    let_out()
    assert said(ticket)[-1] == "Which card?"


def test_a_reply_overtaken_on_its_way_comes_back_to_the_page(cast, desk, at, ticket):
    client = desk(cast.amir)
    send(client, at(ticket, "messages"), body="Which card?", seen_version=fresh(ticket).version)
    reply(ticket, body="The blue one.", by=cast.rosa, channel="web")
    assert let_out() == 0
    held = client.get(at(ticket, "draft"), headers=JSON).json()
    assert held["reply"] == "Which card?"
    assert held["held"]["since"] == ["Rosa wrote"]
    page = client.get(at(ticket)).content.decode()
    assert "Which card?" in page
    assert "Rosa wrote" in page


@pytest.mark.parametrize("body", ["", "   \n ", "a\x00b"])
def test_nothing_and_nonsense_are_not_sent(cast, desk, at, ticket, body):
    answer = send(desk(cast.amir), at(ticket, "messages"), body=body).json()
    assert answer["refused"]["message"]
    let_out()
    assert said(ticket) == []


def test_a_text_too_long_is_refused_and_kept_in_the_form(cast, desk, at, ticket, settings):
    long = "x" * (settings.MAX_DESCRIPTION_CHARACTERS + 1)
    response = desk(cast.amir).post(at(ticket, "messages"), {"body": long, "side": "reply"})
    assert response.status_code == 200
    assert long in response.content.decode()
    assert said(ticket) == []


def test_what_is_typed_is_saved_and_there_again(cast, desk, at, ticket):
    client = desk(cast.amir)
    for body in ("Whi", "Which card?"):
        assert client.post(at(ticket, "draft"), {"side": "reply", "body": body}, headers=JSON).json() == {"saved": True}
    client.post(at(ticket, "draft"), {"side": "note", "body": "Odd."}, headers=JSON)
    page = client.get(at(ticket)).content.decode()
    assert re.search(r"<textarea[^>]*>Which card\?</textarea>", page)
    assert 'data-note="Odd."' in page
    assert "Which card?" not in desk(cast.lena).get(at(ticket)).content.decode()
    client.post(at(ticket, "draft"), {"side": "reply", "body": " "}, headers=JSON)
    client.post(at(ticket, "draft"), {"side": "note", "body": ""}, headers=JSON)
    assert not Draft.objects.exists()


def test_files_are_added_to_a_draft_and_go_out_with_it(cast, desk, at, ticket):
    client = desk(cast.amir)
    line = client.post(at(ticket, "draft_files") + "?side=reply", {"file": SimpleUploadedFile("card.txt", b"text")})
    assert "card.txt" in line.content.decode()
    client.post(at(ticket, "draft_files") + "?side=reply", {"file": SimpleUploadedFile("wrong.txt", b"text")})
    assert "card.txt" in client.get(at(ticket)).content.decode()
    wrong = Draft.objects.get().files.get(name="wrong.txt")
    assert desk(cast.lena).post(at(ticket, "draft_file_removal", wrong.pk)).status_code == 404
    assert client.post(at(ticket, "draft_file_removal", wrong.pk)).status_code == 200
    send(client, at(ticket, "messages"), body="See the file")
    let_out()
    assert [file.name for file in ticket.messages.latest("pk").attachments.all()] == ["card.txt"]


def test_a_bad_file_is_refused_with_its_reason(cast, desk, at, ticket):
    client = desk(cast.amir)
    response = client.post(at(ticket, "draft_files"), {"file": SimpleUploadedFile("card.png", b"text")})
    assert response.status_code == 400
    assert "not what its name says" in response.json()["detail"]
    assert client.post(at(ticket, "draft_files"), {}).status_code == 400


def test_who_was_signed_out_is_told_so_and_nothing_is_sent(at, ticket, client):
    assert send(client, at(ticket, "messages"), body="Hello").status_code == 401
    assert client.post(at(ticket, "draft"), {"side": "reply", "body": "x"}, headers=JSON).status_code == 401
    assert not Draft.objects.exists()


def test_nobody_writes_where_they_may_not(cast, desk, at, ticket):
    assert send(desk(cast.noor), at(ticket, "messages"), body="Hello").status_code == 404
    assert desk(cast.noor).post(at(ticket, "draft"), {"side": "reply", "body": "x"}).status_code == 404
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    assert desk(cast.noor).post(at(own, "draft"), {"side": "reply", "body": "x"}).status_code == 403
    assert send(desk(cast.noor), at(own, "messages"), body="Hello", side="note").status_code == 403
    assert said(own) == []


def test_staff_who_asked_write_as_the_customer(cast, desk, at):
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    page = desk(cast.noor).get(at(own)).content.decode()
    assert "Send and resolve" not in page
    assert "Internal note" not in page
    desk(cast.noor).post(at(own, "messages"), {"body": "It is the blue one.", "submission_key": "k"})
    message = own.messages.latest("pk")
    assert (message.body, message.is_from_staff) == ("It is the blue one.", False)


def test_a_closed_ticket_takes_no_reply_and_says_so(cast, desk, at, ticket):
    resolve_ticket(ticket, by=cast.amir)
    close_ticket(ticket, by=cast.amir)
    page = desk(cast.amir).get(at(ticket)).content.decode()
    assert "Closed for good" in page
    assert "<textarea" not in page
    assert "final" in send(desk(cast.amir), at(ticket, "messages"), body="Hello").json()["refused"]["message"]
    assert said(ticket) == []


def test_canned_replies_come_filled_in(cast, desk, at, ticket):
    CannedReply.objects.create(title="Greeting", shortcut="hi-there", body="Hello {{ requester }}, {{ reference }}.")
    replies = desk(cast.amir).get(at(ticket, "canned"), headers=JSON).json()["replies"]
    (own,) = [each for each in replies if each["shortcut"] == "hi-there"]
    assert own["text"] == f"Hello Rosa, {ticket.reference}."
    assert desk(cast.noor).get(at(ticket, "canned")).status_code == 404


def test_as_many_queries_with_drafts_and_files(cast, desk, at, ticket, django_assert_max_num_queries):
    client = desk(cast.amir)
    client.get(at(ticket))
    send(client, at(ticket, "messages"), body="On its way")
    for side in ("reply", "note"):
        client.post(at(ticket, "draft"), {"side": side, "body": "x"}, headers=JSON)
        client.post(at(ticket, "draft_files") + f"?side={side}", {"file": SimpleUploadedFile("card.txt", b"text")})
    with django_assert_max_num_queries(12):
        assert client.get(at(ticket)).status_code == 200
    assert Message.objects.count() == 1
