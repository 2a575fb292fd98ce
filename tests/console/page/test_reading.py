import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from escalation.services.sweeping import sweep_clocks
from tickets.admin.panels import Panel, _panels, register_panel
from tickets.console.page.story import PART
from tickets.services.attaching import check_uploads
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_tag, add_watcher

HX = {"HX-Request": "true"}


def test_the_page_tells_what_was_said_and_what_happened(cast, desk, at, ticket):
    reply(ticket, body="<b>Which</b> card?", by=cast.amir, channel="web")
    add_note(ticket, body="An odd one.", by=cast.lena)
    page = desk(cast.amir).get(at(ticket)).content.decode()
    assert "You charged my card twice for March." in page
    assert "&lt;b&gt;Which&lt;/b&gt; card?" in page
    assert "An odd one." in page
    assert "Internal note" in page
    assert "Rosa opened the ticket for Billing" in page
    assert "The helpdesk assigned it to Amir of Billing" in page
    order = [page.index(words) for words in ("Rosa opened", "You charged", "card?", "Amir started work", "An odd one.")]
    assert order == sorted(order)


def test_the_requesters_time_is_theirs_and_not_the_readers(cast, desk, at, ticket):
    cast.rosa.time_zone, cast.amir.time_zone = "Asia/Tokyo", "America/Los_Angeles"
    for person in (cast.rosa, cast.amir):
        person.save(update_fields=["time_zone"])
    with time_machine.travel(datetime(2026, 3, 2, 3, 30, tzinfo=UTC), tick=False):
        page = desk(cast.amir).get(at(ticket, "side")).content.decode()
    assert "<dt>Their time</dt><dd>Mon 12:30</dd>" in page


def test_why_this_agent_is_one_sentence_and_a_table(cast, desk, at, ticket):
    why = desk(cast.amir).get(at(ticket, "why"), headers=HX).content.decode()
    assert "Knows payments (4/5)" in why
    assert re.search(r'<th scope="row">Amir', why)
    assert "<html" not in why
    assert "<html" in desk(cast.amir).get(at(ticket, "why")).content.decode()


def test_a_quoted_mail_is_folded(cast, desk, at, ticket):
    reply(ticket, body="The blue one.\n\nOn 1 March Amir wrote:\n> Which card?", by=cast.rosa, channel="email")
    page = desk(cast.amir).get(at(ticket)).content.decode()
    assert '<details class="quote">' in page
    assert page.index("The blue one.") < page.index('<details class="quote">') < page.index("Which card?")


def test_staff_who_only_asked_see_the_public_side(cast, desk, at):
    ticket = cast.open_ticket(requester=cast.noor, by=cast.noor)
    add_note(ticket, body="An odd one.", by=cast.lena)
    add_tag(ticket, name="vip", by=cast.lena)
    client = desk(cast.noor)
    shown = client.get(at(ticket)).content.decode() + client.get(at(ticket, "side")).content.decode()
    assert "You charged my card twice for March." in shown
    for inner in (
        "An odd one.",
        "vip",
        "Knows payments",
        "Internal note",
        "See what fired",
        "Assignee",
        "Why this agent",
    ):
        assert inner not in shown
    assert client.get(at(ticket, "why")).status_code == 403


def test_nobody_enters_who_may_not(cast, desk, at, ticket, client):
    for noun in ("page", "story", "side", "why"):
        assert desk(cast.noor).get(at(ticket, noun)).status_code == 404
        assert desk(cast.rosa).get(at(ticket, noun)).status_code == 302
        assert client.get(at(ticket, noun)).status_code == 302
        assert client.get(at(ticket, noun), headers=HX).status_code == 401
    assert desk(cast.ada).get(reverse("admin:tickets_ticket_page", args=["HD-999999999"])).status_code == 404


def test_the_admins_own_address_leads_to_the_page(cast, desk, at, ticket):
    by_key = reverse("admin:tickets_ticket_change", args=[ticket.pk])
    assert desk(cast.amir).get(by_key).url == at(ticket)
    assert desk(cast.noor).get(by_key).status_code == 404
    assert desk(cast.amir).get(f"/admin/tickets/ticket/{ticket.reference.lower()}/").url == at(ticket)


def test_a_long_story_opens_at_its_end_and_is_read_back_by_key(cast, desk, at, ticket):
    for number in range(PART + 10):
        add_note(ticket, body=f"Note {number}.", by=cast.lena)
    client = desk(cast.amir)
    page = client.get(at(ticket)).content.decode()
    assert f"Note {PART + 9}." in page
    assert "Note 0." not in page
    assert "You charged my card twice" not in page
    (before,) = set(re.findall(r"\?before=(\d+)", page))
    earlier = client.get(at(ticket, "story"), {"before": before}, headers=HX).content.decode()
    assert "Note 0." in earlier
    assert "You charged my card twice" in earlier
    assert "before=" not in earlier
    shown = re.findall(r"Note \d+\.", page + earlier)
    assert len(shown) == len(set(shown)) == PART + 10
    assert "Note 0." in client.get(at(ticket), {"before": before}).content.decode()


def test_only_what_is_new_is_fetched(cast, desk, at, ticket):
    ticket.refresh_from_db()
    seen = ticket.version
    add_note(ticket, body="Just now.", by=cast.lena)
    fresh = desk(cast.amir).get(at(ticket, "story"), {"after": seen}, headers=HX).content.decode()
    assert "Just now." in fresh
    assert "You charged my card twice" not in fresh
    ticket.refresh_from_db()
    assert f'data-story-version="{ticket.version}"' in fresh
    nothing = desk(cast.amir).get(at(ticket, "story"), {"after": ticket.version}, headers=HX).content.decode()
    assert "entry" not in nothing
    assert desk(cast.amir).get(at(ticket, "story"), {"after": "x'", "before": "²"}).status_code == 200


def test_the_side_panel_tells_of_people_tags_and_relatives(cast, desk, at, ticket):
    other = cast.open_ticket(title="Another matter")
    hidden = cast.open_ticket(title="A secret matter", category=cast.technical_category)
    add_tag(ticket, name="vip", by=cast.lena)
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    side = desk(cast.amir).get(at(ticket, "side"), headers=HX).content.decode()
    for words in ("vip", "Otto", "rosa@example.com", other.reference, "Another matter"):
        assert words in side
    assert hidden.title not in side


def test_promises_are_shown_beside_and_told_in_the_story(cast, desk, at, ticket):
    assert sweep_clocks(as_of=ticket.resolution_due_at, limit=10) > 0
    side = desk(cast.amir).get(at(ticket, "side"), headers=HX).content.decode()
    page = desk(cast.amir).get(at(ticket)).content.decode()
    for words in ("Promises", "Breached"):
        assert words in side
    for words in ("First response is overdue (Late)", "the time had come"):
        assert words in page


def test_apps_above_show_panels_to_staff_who_work_on_it(cast, desk, at, ticket, monkeypatch):
    monkeypatch.setattr("tickets.admin.panels._panels", list(_panels))
    register_panel(lambda request, shown: Panel("Weather", f"fine for {shown.reference}"))
    register_panel(lambda request, shown: None)
    assert f"fine for {ticket.reference}" in desk(cast.amir).get(at(ticket, "side")).content.decode()
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    assert "fine for" not in desk(cast.noor).get(at(own, "side")).content.decode()


def test_files_are_offered_through_the_same_door_and_leave_a_stub(cast, desk, at, ticket):
    files = check_uploads([SimpleUploadedFile("card.txt", b"text")])
    message = reply(ticket, body="See the file", by=cast.rosa, channel="web", files=files)
    client = desk(cast.amir)
    (link,) = set(re.findall(r'href="(/api/v1/attachments/[^"]+)"', client.get(at(ticket)).content.decode()))
    assert b"".join(client.get(link).streaming_content) == b"text"
    removal = at(ticket, "file_removal", message.attachments.get().pk)
    assert client.post(removal).status_code == 303
    page = client.get(at(ticket)).content.decode()
    assert link not in page
    assert "card.txt" in page
    assert "Amir removed a file" in page


def picture():
    content = BytesIO()
    Image.new("RGB", (2000, 10), "red").save(content, "PNG")
    return SimpleUploadedFile("red.png", content.getvalue(), content_type="image/png")


def test_a_picture_is_previewed_from_pixels_alone(cast, desk, at, ticket):
    files = check_uploads([picture(), SimpleUploadedFile("card.txt", b"text")])
    message = reply(ticket, body="See the picture", by=cast.rosa, channel="web", files=files)
    red, text = message.attachments.get(name="red.png"), message.attachments.get(name="card.txt")
    shown = at(ticket, "file_preview", red.pk)
    assert shown in desk(cast.amir).get(at(ticket)).content.decode()
    answer = desk(cast.amir).get(shown)
    assert answer["Content-Type"] == "image/webp"
    assert Image.open(BytesIO(b"".join(answer.streaming_content))).width == 960
    assert desk(cast.amir).get(at(ticket, "file_preview", text.pk)).status_code == 404
    assert desk(cast.noor).get(shown).status_code == 404


def test_the_preview_of_a_note_is_for_staff_who_work_on_it(cast, desk, at):
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    note = add_note(own, body="Look", by=cast.amir, files=check_uploads([picture()]))
    shown = at(own, "file_preview", note.attachments.get().pk)
    assert desk(cast.noor).get(shown).status_code == 404
    assert b"".join(desk(cast.amir).get(shown).streaming_content).startswith(b"RIFF")


def test_many_files_are_shown_on_request(cast, desk, at, ticket, monkeypatch):
    monkeypatch.setattr("tickets.console.page.side.SHOWN_FILES", 1)
    files = [SimpleUploadedFile(name, b"text") for name in ("a.txt", "b.txt")]
    reply(ticket, body="Two", by=cast.rosa, channel="web", files=check_uploads(files))
    client = desk(cast.amir)
    few = client.get(at(ticket, "side"), headers=HX).content.decode()
    assert ("a.txt" in few, "b.txt" in few, "Show all files" in few) == (True, False, True)
    assert "b.txt" in client.get(at(ticket, "side"), {"files": "all"}).content.decode()


def test_a_file_of_another_ticket_is_not_removed_through_this_one(cast, desk, at, ticket):
    elsewhere = cast.open_ticket(
        category=cast.technical_category, requester=cast.otto, by=cast.otto,
        files=check_uploads([SimpleUploadedFile("plan.txt", b"text")]),
    )  # fmt: skip
    attachment = elsewhere.messages.get().attachments.get()
    assert desk(cast.amir).post(at(ticket, "file_removal", attachment.pk)).status_code == 404
    attachment.refresh_from_db()
    assert attachment.removed_at is None


@pytest.mark.parametrize("noun", ["page", "story", "side", "why"])
def test_as_many_queries_however_long_the_story_is(cast, desk, at, ticket, noun, django_assert_max_num_queries):
    client = desk(cast.amir)

    def count():
        with django_assert_max_num_queries(12) as queries:
            client.get(at(ticket, noun), headers=HX if noun != "page" else {})
        return len(queries)

    def write():
        for number in range(4):
            files = check_uploads([SimpleUploadedFile(f"card-{ticket.messages.count()}.txt", b"text")])
            reply(ticket, body="Hello", by=cast.rosa, channel="web", files=files)
            add_note(ticket, body="Hm", by=cast.lena)
            add_tag(ticket, name=f"tag-{ticket.messages.count()}-{number}", by=cast.lena)
            cast.open_ticket(title="Another")

    write()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    # The first time it also notes that the assignee has opened it, and reads the set-up that the process remembers.
    client.get(at(ticket, noun), headers=HX if noun != "page" else {})
    few = count()
    write()
    add_watcher(ticket, user=cast.noor, by=cast.amir)
    assert count() == few
