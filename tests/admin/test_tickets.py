"""The admin's own doors to a ticket: they lead to its page, and open nothing else. The page has tests in `tests/console/`."""

import pytest
from django.urls import reverse

from tickets.models import Tag, Ticket, TicketEvent

LIST = reverse("admin:tickets_ticket_changelist")


def by_key(ticket):
    return reverse("admin:tickets_ticket_change", args=[ticket.pk])


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def test_staff_are_led_to_their_tickets_and_to_no_others(cast, desk, ticket):
    elsewhere = cast.open_ticket(category=cast.technical_category, requester=cast.otto, by=cast.otto)
    for person, sees, misses in ((cast.amir, ticket, elsewhere), (cast.noor, elsewhere, ticket)):
        client = desk(person)
        assert client.get(by_key(sees)).url == reverse("admin:tickets_ticket_page", args=[sees.reference])
        assert client.get(by_key(misses), follow=True).status_code == 404
        assert misses.reference not in client.get(f"{LIST}?tab=all").content.decode()


def test_customers_stay_outside(cast, desk, ticket):
    for path in (LIST, by_key(ticket), reverse("admin:index")):
        response = desk(cast.rosa).get(path)
        assert response.status_code == 302
        assert reverse("admin:login") in response.url


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
        "last_event_hash": "x", "link_generation": "9", "duplicate_of": str(ticket.pk), "_save": "Save",
    }  # fmt: skip
    dates = {
        field.name for field in Ticket._meta.get_fields() if field.name.endswith(("_at", "_until")) and field.concrete
    }
    forged |= {f"{name}_{part}": value for name in dates for part, value in ((0, "2000-01-01"), (1, "00:00"))}
    assert {field.name for field in Ticket._meta.get_fields() if field.concrete} - {"id"} <= forged.keys() | dates
    for field, value in forged.items():
        assert client.post(by_key(ticket), {field: value}).status_code == 405
    assert client.post(by_key(ticket), forged).status_code == 405
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
