import re

import pytest
from django.urls import reverse

from escalation.services.sweeping import sweep_clocks
from tests.cast import make_person
from tickets.admin.panels import Panel, _panels, register_panel
from tickets.models import Message, Priority, Tag, Ticket, TicketEvent
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_tag, add_watcher

LIST = reverse("admin:tickets_ticket_changelist")


def page_of(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


@pytest.fixture
def elsewhere(cast):
    return cast.open_ticket(
        title="Technical matter", category=cast.technical_category, requester=cast.otto, by=cast.otto
    )


def test_staff_see_their_tickets_and_no_others(cast, desk, ticket, elsewhere):
    for person, sees, misses in ((cast.amir, ticket, elsewhere), (cast.noor, elsewhere, ticket)):
        page = desk(person).get(LIST).content.decode()
        assert sees.reference in page
        assert misses.reference not in page
        assert desk(person).get(page_of(sees)).status_code == 200
        assert desk(person).get(page_of(misses)).status_code == 302
    page = desk(cast.ada).get(LIST).content.decode()
    assert ticket.reference in page
    assert elsewhere.reference in page


def test_customers_stay_outside(cast, desk, ticket):
    for path in (LIST, page_of(ticket), reverse("admin:index")):
        response = desk(cast.rosa).get(path)
        assert response.status_code == 302
        assert reverse("admin:login") in response.url


def test_the_page_tells_conversation_files_and_history_with_actor_and_cause(cast, desk, ticket, settings):
    reply(ticket, body="<b>Which</b> card?", by=cast.amir, channel="web")
    add_note(ticket, body="An odd one.", by=cast.lena)
    page = desk(cast.amir).get(page_of(ticket)).content.decode()
    assert "You charged my card twice for March." in page
    assert "&lt;b&gt;Which&lt;/b&gt; card?" in page
    assert "An odd one." in page
    assert "Rosa opened the ticket for Billing" in page
    assert "assigned by itself (after #1)" in page
    assert "Knows payments (4/5)" in page


def test_staff_who_only_asked_see_the_public_side(cast, desk):
    ticket = cast.open_ticket(requester=cast.noor, by=cast.noor)
    add_note(ticket, body="An odd one.", by=cast.lena)
    add_tag(ticket, name="vip", by=cast.lena)
    page = desk(cast.noor).get(page_of(ticket)).content.decode()
    assert "You charged my card twice for March." in page
    for inner in ("An odd one.", "vip", "Knows payments", "internal note"):
        assert inner not in page


@pytest.mark.parametrize("who", ["amir", "lena", "ada"])
def test_a_forged_form_changes_nothing(cast, desk, ticket, who):
    vip = Tag.objects.create(name="vip")
    client = desk(getattr(cast, who))
    before, events = Ticket.objects.values().get(), TicketEvent.objects.count()
    forged = {
        "number": "1", "public_id": "00000000-0000-0000-0000-000000000000", "title": "Forged", "status": "closed",
        "priority": "4", "requested_priority": "4", "category": str(cast.technical_category.pk), "channel": "phone",
        "requester": str(cast.otto.pk), "organisation": "", "created_by_external_id": "x", "follows_up": str(ticket.pk),
        "tags": str(vip.pk), "team": str(cast.technical.pk), "assignee": str(cast.noor.pk), "version": "99",
        "last_event_hash": "x", "_save": "Save",
    }  # fmt: skip
    dates = {field.name for field in Ticket._meta.get_fields() if field.name.endswith("_at") and field.concrete}
    forged |= {f"{name}_{part}": value for name in dates for part, value in ((0, "2000-01-01"), (1, "00:00"))}
    assert {field.name for field in Ticket._meta.get_fields() if field.concrete} - {"id"} <= forged.keys() | dates
    for field, value in forged.items():
        assert client.post(page_of(ticket), {field: value}).status_code == 403
    assert client.post(page_of(ticket), forged).status_code == 403
    assert client.post(reverse("admin:tickets_ticket_add"), forged).status_code == 403
    assert client.post(reverse("admin:tickets_ticket_delete", args=[ticket.pk]), {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": [ticket.pk], "post": "yes"})
    client.post(
        LIST,
        {
            "form-TOTAL_FORMS": "1",
            "form-INITIAL_FORMS": "1",
            "form-0-id": ticket.pk,
            "form-0-status": "closed",
            "_save": "x",
        },
    )
    assert Ticket.objects.values().get() == before
    assert (TicketEvent.objects.count(), ticket.tags.count()) == (events, 0)


def test_a_search_finds_by_reference_subject_and_address(cast, desk, ticket, elsewhere):
    client = desk(cast.ada)
    for words in (elsewhere.reference.lower(), "technical matter", "otto@example.com"):
        page = client.get(LIST, {"q": words}).content.decode()
        assert elsewhere.reference in page
        assert ticket.reference not in page
    assert client.get(LIST, {"q": "a\x00b"}).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["assignee__password__startswith=a", "requester__password__startswith=a", "requester__api_tokens__digest=a"],
)
def test_filters_are_no_way_to_secrets(cast, desk, ticket, query):
    assert desk(cast.amir).get(f"{LIST}?{query}").status_code == 400


def test_the_list_takes_as_many_queries_however_long_it_is(cast, desk, django_assert_max_num_queries):
    client = desk(cast.ada)

    def count():
        with django_assert_max_num_queries(12) as queries:
            client.get(LIST)
        return len(queries)

    def fill():
        for number in range(6):
            person = make_person(f"Person{Ticket.objects.count()}-{number}")
            cast.open_ticket(requester=person, by=person, priority=Priority.LOW)

    fill()
    few = count()
    fill()
    assert count() == few


def test_a_page_takes_as_many_queries_however_long_the_story_is(cast, desk, ticket, django_assert_max_num_queries):
    client = desk(cast.amir)

    def count():
        with django_assert_max_num_queries(30) as queries:
            client.get(page_of(ticket))
        return len(queries)

    def write():
        for _number in range(4):
            reply(ticket, body="Hello", by=cast.rosa, channel="web")
            add_note(ticket, body="Hm", by=cast.lena)

    write()
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    few = count()
    write()
    assert count() == few


def test_apps_above_show_panels_to_staff_who_work_on_it(cast, desk, ticket, monkeypatch):
    monkeypatch.setattr("tickets.admin.panels._panels", list(_panels))
    register_panel(lambda request, shown: Panel("Weather", f"fine for {shown.reference}"))
    register_panel(lambda request, shown: None)
    assert f"fine for {ticket.reference}" in desk(cast.amir).get(page_of(ticket)).content.decode()
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    assert "fine for" not in desk(cast.noor).get(page_of(own)).content.decode()


def test_promises_are_shown_on_the_page_and_told_in_the_history(cast, desk, ticket):
    due = ticket.resolution_due_at
    assert sweep_clocks(as_of=due, limit=10) > 0
    page = desk(cast.amir).get(page_of(ticket)).content.decode()
    for words in ("Promises", "Breached", "Standard", "First response is overdue (Late)", "the time had come"):
        assert words in page


def test_files_are_offered_through_the_same_door(cast, desk, ticket):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tickets.services.attaching import check_uploads

    files = check_uploads([SimpleUploadedFile("card.txt", b"text")])
    reply(ticket, body="See the file", by=cast.rosa, channel="web", files=files)
    client = desk(cast.amir)
    (link,) = re.findall(r'href="(/api/v1/attachments/[^"]+)"', client.get(page_of(ticket)).content.decode())
    assert b"".join(client.get(link).streaming_content) == b"text"
    assert Message.objects.count() == 2
