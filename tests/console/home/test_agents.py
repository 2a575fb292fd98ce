"""The home of an agent: one's own work, the next deadline first. What leads see is not there."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from escalation.services.acknowledging import latest_alert
from tickets.models import Priority, Ticket

LEADS_ONLY = ["/admin/home/slips/", "/admin/home/flow/", "/admin/home/people/", "/admin/home/spread/"]


def body(response):
    return response.content.decode()


def test_own_work_by_deadline(cast, late, seen_by):
    urgent = cast.open_ticket(priority=Priority.HIGH, title="Urgent", at=now())
    low = cast.open_ticket(priority=Priority.LOW, title="Whenever", at=now())
    Ticket.objects.filter(pk__in=[urgent.pk, low.pk]).update(assignee=cast.amir)
    page = body(seen_by(cast.amir).get("/admin/"))
    places = [page.index(f"/admin/tickets/ticket/{ticket.reference}/") for ticket in (late, urgent, low)]

    assert places == sorted(places)
    assert reverse("admin:tickets_ticket_next") in page


def test_what_others_have_is_not_there(cast, late, seen_by):
    assert late.reference not in body(seen_by(cast.noor).get("/admin/"))


def test_what_is_only_reserved_waits(cast, late, seen_by):
    Ticket.objects.filter(pk=late.pk).update(assignment_starts_at=now() + timedelta(hours=3))

    assert late.reference not in body(seen_by(cast.amir).get("/admin/home/mine/"))


def test_an_empty_day_is_a_good_day(cast, seen_by):
    assert "No tickets waiting. Nice." in body(seen_by(cast.noor).get("/admin/"))


def test_it_costs_little(cast, late, seen_by, django_assert_max_num_queries):
    client = seen_by(cast.amir)
    with django_assert_max_num_queries(12):
        client.get("/admin/")


@pytest.mark.parametrize("part", LEADS_ONLY)
def test_what_leads_see_does_not_exist_for_agents(cast, seen_by, part):
    assert seen_by(cast.amir).get(part).status_code == 404


def test_an_agent_elsewhere_finds_neither_alert_nor_ticket(cast, late, seen_by):
    client = seen_by(cast.noor)
    alert = f"/admin/home/alerts/{latest_alert(late).pk}/acknowledgement/"
    ticket = f"/admin/home/tickets/{late.reference}/assignment/"
    answers = [
        client.get(alert),
        client.post(alert),
        client.get(ticket),
        client.post(ticket, {"assignee": cast.noor.pk}),
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert Ticket.objects.get(pk=late.pk).assignee == cast.amir


@pytest.mark.parametrize("who", ["rosa", "otto", None])
def test_neither_requesters_nor_strangers_come_in(cast, late, client, who):
    if who is not None:
        client.force_login(getattr(cast, who))
    gets = ["/admin/", *LEADS_ONLY, "/admin/home/mine/", f"/admin/home/people/{cast.amir.pk}/absence/"]
    posts = [
        f"/admin/home/alerts/{latest_alert(late).pk}/acknowledgement/",
        f"/admin/home/tickets/{late.reference}/assignment/",
        f"/admin/home/people/{cast.amir.pk}/absence/",
        f"/admin/home/people/{cast.amir.pk}/return/",
        "/admin/home/deliveries/retry/",
    ]

    assert {client.get(address).status_code for address in gets} == {302}
    assert {client.post(address).status_code for address in posts} == {302}
    assert Ticket.objects.get(pk=late.pk).assignee == cast.amir


def test_looking_is_no_doing(cast, late, seen_by):
    client = seen_by(cast.lena)

    assert client.get("/admin/home/deliveries/retry/").status_code == 405
    assert client.get(f"/admin/home/people/{cast.amir.pk}/return/").status_code == 405
