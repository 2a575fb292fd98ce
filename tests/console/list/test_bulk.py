"""Acts on many tickets: each ticket answers for itself."""

import pytest
from django.urls import reverse

from tickets.lifecycle import Status
from tickets.models import Priority, Ticket, TicketEvent
from tickets.services.resolving import close_ticket, resolve_ticket

LIST = reverse("admin:tickets_ticket_changelist")
BULK = reverse("admin:tickets_ticket_bulk")


@pytest.fixture
def tickets(cast):
    return [cast.open_ticket(), cast.open_ticket(), cast.open_ticket()]


def act(client, tickets, **data):
    """What the page says afterwards."""
    data = {"ticket": [ticket.reference for ticket in tickets], "next": f"{LIST}?tab=all"} | data
    return client.post(BULK, data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("data", "column", "value"),
    [
        ({"act": "priority", "priority": "high"}, "priority", Priority.HIGH),
        ({"act": "status", "status": "waiting"}, "status", Status.PENDING_CUSTOMER),
        ({"act": "status", "status": "work"}, "status", Status.IN_PROGRESS),
        ({"act": "resolve"}, "status", Status.RESOLVED),
        ({"act": "assign", "assignee": "nobody"}, "assignee", None),
    ],
)
def test_each_selected_ticket_changes(cast, desk, tickets, data, column, value):
    page = act(desk(cast.amir), tickets[:2], **data)
    changed = Ticket.objects.filter(**{column: value}).values_list("pk", flat=True)
    assert set(changed) == {tickets[0].pk, tickets[1].pk}
    assert "2 tickets done." in page
    assert page.count('data-done="yes"') == 2


def test_tickets_are_given_to_somebody_or_to_oneself(cast, desk, tickets):
    client = desk(cast.lena)
    act(client, tickets, act="assign", assignee=str(cast.amir.pk))
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {cast.amir.pk}
    act(client, tickets, act="assign", assignee="me")
    assert set(Ticket.objects.values_list("assignee", flat=True)) == {cast.lena.pk}


def test_one_that_says_no_stops_no_other_and_says_why(cast, desk, tickets):
    closed = close_ticket(resolve_ticket(tickets[1], by=cast.lena), by=cast.lena)
    page = act(desk(cast.amir), tickets, act="resolve")
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 2
    assert Ticket.objects.get(pk=closed.pk).status == Status.CLOSED
    assert "1 ticket said no." in page
    assert "A closed ticket is final." in page
    assert closed.reference in page
    again = desk(cast.amir).get(LIST).content.decode()
    assert "A closed ticket is final." not in again


def test_doing_it_twice_changes_nothing_more(cast, desk, tickets):
    client = desk(cast.amir)
    act(client, tickets, act="resolve")
    events = TicketEvent.objects.count()
    assert "Nothing to change" in act(client, tickets, act="resolve")
    assert TicketEvent.objects.count() == events


def test_tickets_of_others_are_not_touched(cast, desk, tickets):
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    page = act(desk(cast.noor), [*tickets, own], act="resolve")
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 0
    assert "No ticket is selected." in page


@pytest.mark.parametrize(
    "data",
    [
        {}, {"act": "nonsense"}, {"act": "priority", "priority": "x"}, {"act": "status", "status": "x"},
        {"act": "assign"}, {"act": "assign", "assignee": "x"}, {"act": "assign", "assignee": "9" * 40},
    ],
)  # fmt: skip
def test_what_is_not_understood_changes_nothing_and_says_so(cast, desk, tickets, data):
    before = list(Ticket.objects.order_by("pk").values())
    page = act(desk(cast.amir), tickets, **data)
    assert list(Ticket.objects.order_by("pk").values()) == before
    assert "Choose" in page


def test_customers_cannot_be_given_tickets(cast, desk, tickets):
    act(desk(cast.amir), tickets, act="assign", assignee=str(cast.rosa.pk))
    assert not Ticket.objects.filter(assignee=cast.rosa).exists()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", f"{LIST}@evil.example", "/admin/logout/", ""]
)
def test_the_way_back_is_never_another_site(cast, desk, tickets, target):
    data = {"ticket": tickets[0].reference, "act": "resolve", "next": target}
    response = desk(cast.amir).post(BULK, data)
    assert response.status_code == 302
    assert response.url.startswith(LIST)


def test_only_a_post_acts(cast, desk, tickets):
    response = desk(cast.amir).get(BULK, {"ticket": tickets[0].reference, "act": "resolve"})
    assert response.status_code == 405
    assert not Ticket.objects.filter(status=Status.RESOLVED).exists()


def test_a_forged_form_without_its_token_is_refused(cast, tickets):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.amir)
    assert client.post(BULK, {"ticket": tickets[0].reference, "act": "resolve"}).status_code == 403
