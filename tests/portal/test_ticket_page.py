"""The ticket page: the conversation as its customer may see it, what was promised, and what they can do."""

import re
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import now

from tickets.lifecycle import Status
from tickets.links import link_to
from tickets.models import Attachment, Message, Watcher
from tickets.portal.conversation import PAGE
from tickets.promise import promise
from tickets.services.attaching import check_upload, remove_attachment
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.resolving import close_ticket, resolve_ticket


@pytest.fixture
def ticket(cast):
    return cast.open_ticket(at=now())


@pytest.fixture
def rosa(client, cast):
    client.force_login(cast.rosa)
    return client


def page_of(ticket):
    return reverse("portal:ticket", args=[ticket.public_id])


def shown(client, ticket, **query):
    return client.get(page_of(ticket), query).content.decode()


def test_the_requester_reads_both_sides_with_names_and_roles(rosa, cast, ticket):
    reply(ticket, body="We are looking into it.", by=cast.amir, channel="web")
    reply(ticket, body="Your lead speaks.", by=cast.lena, channel="web")

    page = shown(rosa, ticket)

    assert page.index("You charged my card twice") < page.index("We are looking into it.") < page.index("Your lead")
    assert re.search(r"Amir</span>\s*<span class=\"message-role\">Billing</span>", page)
    assert re.search(r"Lena</span>\s*<span class=\"message-role\">Billing, team lead</span>", page)


def test_notes_and_routing_are_never_shown_not_even_to_a_watcher(client, cast, ticket):
    add_note(ticket, body="The customer is difficult.", by=cast.amir)
    Watcher.objects.create(ticket=ticket, user=cast.otto)
    client.force_login(cast.otto)

    page = shown(client, ticket)

    assert "You charged my card twice" in page
    assert "difficult" not in page
    assert "Mark resolved" not in page


def test_a_guest_reads_answers_and_resolves_by_the_link(client, cast, ticket, settings):
    client.get(link_to(ticket, cast.rosa, at=now()).removeprefix(settings.SITE_URL))

    assert "You charged my card twice" in shown(client, ticket)
    sent = client.post(f"{page_of(ticket)}messages/", {"body": "By the link", "submission_key": "k"})
    assert sent.status_code == 303
    assert Message.objects.latest("pk").author == cast.rosa
    client.post(f"{page_of(ticket)}resolution/")
    ticket.refresh_from_db()
    assert ticket.status == "resolved"


def test_the_promise_stands_there_in_plain_words(rosa, ticket):
    with timezone.override("UTC"):
        assert promise(ticket, at=now()) in shown(rosa, ticket)


def test_steps_follow_the_ticket(rosa, cast, ticket):
    def current():
        return re.search(
            r'aria-current="step">\s*<span class="step-name">(?:<svg.*?</svg>)?([^<]+)', shown(rosa, ticket)
        )

    assert current()[1] == "With a person"
    resolve_ticket(ticket, by=cast.rosa)
    assert current()[1] == "Resolved"
    close_ticket(ticket, by=cast.ada)
    assert current()[1] == "Closed"


def test_waiting_for_the_customer_is_said_and_ends_with_their_answer(rosa, cast, ticket):
    reply(ticket, body="Which card?", by=cast.amir, channel="web", then=AfterSending.WAIT)
    assert "We are waiting for you" in shown(rosa, ticket)

    rosa.post(f"{page_of(ticket)}messages/", {"body": "The blue one", "submission_key": "k"})

    assert "We are waiting for you" not in shown(rosa, ticket)


def test_an_answer_is_sent_once_however_often_it_is_posted(rosa, ticket):
    answers = [rosa.post(f"{page_of(ticket)}messages/", {"body": "Once", "submission_key": "k"}) for _ in range(2)]

    assert answers[0]["Location"] == answers[1]["Location"]
    assert ticket.messages.filter(body="Once").count() == 1


def test_other_words_under_an_old_key_are_kept_and_sent_with_the_next_press(rosa, ticket):
    rosa.post(f"{page_of(ticket)}messages/", {"body": "Once", "submission_key": "k"})

    held = rosa.post(f"{page_of(ticket)}messages/", {"body": "And this", "submission_key": "k"})
    key = held.context["form"]["submission_key"].value()
    rosa.post(f"{page_of(ticket)}messages/", {"body": "And this", "submission_key": key})

    assert held.status_code == 422
    assert ">And this</textarea>" in held.content.decode()
    assert ticket.messages.filter(body="And this").count() == 1


def test_an_empty_answer_says_so_and_a_bad_file_keeps_the_words(rosa, ticket):
    empty = rosa.post(f"{page_of(ticket)}messages/", {"body": "  ", "submission_key": "k"})
    bad = rosa.post(
        f"{page_of(ticket)}messages/",
        {"body": "See this", "submission_key": "k", "attachments": [SimpleUploadedFile("a.png", b"no picture")]},
    )

    assert (empty.status_code, bad.status_code) == (422, 422)
    assert "there is nothing to send yet" in empty.content.decode()
    assert ">See this</textarea>" in bad.content.decode()
    assert "is not what its name says" in bad.content.decode()
    assert ticket.messages.count() == 1


def test_resolving_and_reopening_show_in_the_conversation(rosa, cast, ticket):
    rosa.post(f"{page_of(ticket)}resolution/")
    assert "You marked it resolved" in shown(rosa, ticket)

    rosa.post(f"{page_of(ticket)}reopening/")

    ticket.refresh_from_db()
    assert ticket.is_unresolved
    assert "You reopened it" in shown(rosa, ticket)


@pytest.mark.parametrize("act", ["resolution", "reopening"])
def test_what_is_typed_comes_back_when_the_button_was_pressed_without_scripts(rosa, cast, ticket, act):
    if act == "reopening":
        resolve_ticket(ticket, by=cast.rosa)
    typed = {"body": "One <more> thing", "attachments": SimpleUploadedFile("a.txt", b"hello")}

    response = rosa.post(reverse(f"portal:{act}", args=[ticket.public_id]), typed)

    ticket.refresh_from_db()
    assert (ticket.status == Status.RESOLVED) == (act == "resolution")
    assert "One &lt;more&gt; thing</textarea>" in response.content.decode()
    assert "Choose your files again" in response.content.decode()
    assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_watcher_cannot_resolve_and_is_told(client, cast, ticket):
    Watcher.objects.create(ticket=ticket, user=cast.otto)
    client.force_login(cast.otto)

    answer = client.post(f"{page_of(ticket)}resolution/", follow=True)

    ticket.refresh_from_db()
    assert ticket.is_unresolved
    assert "Only staff who work on this ticket may do that." in answer.content.decode()


def test_words_on_a_closed_ticket_open_a_new_one_and_say_so(rosa, cast, ticket):
    resolve_ticket(ticket, by=cast.rosa)
    close_ticket(ticket, by=cast.ada)

    answer = rosa.post(f"{page_of(ticket)}messages/", {"body": "It is back", "submission_key": "k"})

    follower = ticket.follow_ups.get()
    assert answer["Location"] == reverse("portal:sent", args=[follower.public_id])
    assert rosa.get(answer["Location"]).status_code == 200


def test_get_changes_nothing(rosa, ticket):
    for noun in ("messages", "resolution", "reopening", "reading"):
        assert rosa.get(f"{page_of(ticket)}{noun}/").status_code == 405


def test_staff_who_work_on_it_are_led_to_the_console(client, cast, ticket):
    client.force_login(cast.amir)

    answer = client.get(page_of(ticket))

    assert answer["Location"] == reverse("admin:tickets_ticket_page", kwargs={"reference": ticket.reference})


def test_html_and_scripts_stay_text(rosa, cast):
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    ticket = cast.open_ticket(title=attack, description=attack)

    page = shown(rosa, ticket)

    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_a_long_conversation_begins_with_the_latest_and_shows_more_when_asked(rosa, cast, ticket):
    many(ticket, cast, PAGE + 30)

    page = shown(rosa, ticket)
    since = re.search(r"\?since=(\d+)#skipped", page)[1]
    more = shown(rosa, ticket, since=since)

    assert "You charged my card twice" in page
    assert "number 29." not in page
    assert "number 30." in page
    assert f"number {PAGE + 29}." in page
    assert "30 earlier messages" in page
    assert "number 0." in more


def test_nonsense_in_the_address_is_no_error(rosa, ticket):
    for since in ("x", "-1", "9" * 40, "٣"):
        assert rosa.get(page_of(ticket), {"since": since}).status_code == 200


def test_few_queries_however_long_the_conversation(rosa, cast, ticket, django_assert_max_num_queries):
    many(ticket, cast, 10)
    rosa.get(page_of(ticket))
    with django_assert_max_num_queries(12) as few:
        rosa.get(page_of(ticket))
    many(ticket, cast, 2 * PAGE)
    with django_assert_max_num_queries(12) as more:
        rosa.get(page_of(ticket))

    assert len(more) == len(few)


def test_a_guests_page_needs_as_few(client, cast, ticket, settings, django_assert_max_num_queries):
    client.get(link_to(ticket, cast.rosa, at=now()).removeprefix(settings.SITE_URL))
    many(ticket, cast, 10)

    with django_assert_max_num_queries(12):
        client.get(page_of(ticket))


def many(ticket, cast, count):
    """Messages of both sides, each with a file, without the cost of the verbs."""
    messages = Message.objects.bulk_create(
        Message(
            ticket=ticket,
            author=(cast.amir, cast.rosa, cast.lena)[each % 3],
            is_from_staff=each % 3 != 1,
            body=f"number {each}.",
            channel="web",
            sent_at=ticket.opened_at + timedelta(seconds=each),
        )
        for each in range(count)
    )
    Attachment.objects.bulk_create(
        Attachment(message=message, name="a.txt", content_type="text/plain", size=1, file="x") for message in messages
    )


def with_file(cast, name, content):
    ticket = cast.open_ticket(files=[check_upload(ContentFile(content, name=name))], at=now())
    return ticket, Attachment.objects.get(message__ticket=ticket)


def address_of(ticket, file):
    return reverse("portal:file", args=[ticket.public_id, file.pk])


def test_a_file_is_handed_out_harmless(rosa, cast):
    ticket, file = with_file(cast, "evil.html", b"<script>alert(1)</script>")

    answer = rosa.get(address_of(ticket, file), {"show": ""})

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_picture_is_shown_in_place(rosa, cast):
    ticket, file = with_file(cast, "a.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)

    answer = rosa.get(address_of(ticket, file), {"show": ""})
    content = b"".join(answer.streaming_content)

    assert content.startswith(b"\x89PNG")
    assert answer["Content-Disposition"].startswith("inline")
    assert f"{address_of(ticket, file)}?show" in shown(rosa, ticket)


def test_a_removed_file_leaves_its_name(rosa, cast):
    ticket, file = with_file(cast, "a.txt", b"a")
    remove_attachment(file, by=cast.ada)

    assert "a.txt was removed" in shown(rosa, ticket)
    gone = rosa.get(address_of(ticket, file))
    assert gone.status_code == 410
    assert "This file was removed." in gone.content.decode()


def test_the_file_of_a_note_or_of_another_ticket_does_not_exist(rosa, cast, ticket):
    add_note(ticket, body="inner", by=cast.amir, files=[check_upload(ContentFile(b"a", name="inner.txt"))])
    other, file = with_file(cast, "a.txt", b"a")

    assert rosa.get(address_of(ticket, Attachment.objects.get(name="inner.txt"))).status_code == 404
    assert rosa.get(address_of(ticket, file)).status_code == 404
    assert b"".join(rosa.get(address_of(other, file)).streaming_content) == b"a"
