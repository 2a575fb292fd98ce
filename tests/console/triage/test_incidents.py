"""An incident in the console: a banner, one click, one update, and who may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from tests.cast import make_person
from tests.triage.desk import by_slug, crown, trained
from tickets.models import Incident, Ticket
from tickets.relay import relay

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(cast) -> Incident:
    crown(trained(by_slug()), is_automatic=False)
    for place in range(3):
        cast.open_ticket(
            title="Checkout", description="The checkout shows error 502 when I pay", by=None,
            requester=make_person(f"Person{place}"), at=now() - timedelta(minutes=9 - place),
        )  # fmt: skip
    relay()
    return Incident.objects.get()


def decide(client, incident, answer="yes"):
    return client.post(reverse("admin:incident_decision", args=[incident.pk]), {"is": answer}, follow=True)


def test_ticket_and_list_say_that_it_looks_like_one(client, cast, incident):
    client.force_login(cast.lena)

    ticket = client.get(reverse("admin:tickets_ticket_page", args=[incident.parent.reference])).text
    assert "Looks like one incident" in ticket
    listed = client.get(reverse("admin:tickets_ticket_changelist")).text
    assert "Looks like one incident: 3 tickets, “Checkout”" in listed


def test_elsewhere_nobody_is_bothered(client, cast, incident):
    client.force_login(cast.noor)

    assert "Looks like one incident" not in client.get(reverse("admin:tickets_ticket_changelist")).text
    assert client.get(reverse("admin:incident", args=[incident.pk])).status_code == 404
    assert decide(client, incident).status_code == 404
    client.force_login(cast.rosa)
    assert client.get(reverse("admin:incident", args=[incident.pk])).status_code == 302


def test_one_click_and_one_update_answer_all(client, cast, incident):
    client.force_login(cast.lena)
    page = decide(client, incident).text
    assert "One incident" in page
    assert "Goes to the customers of 3 tickets, each in their own." in page

    url = reverse("admin:incident_message", args=[incident.pk])
    sent = {"body": "Fixed at noon.", "then": "send_and_resolve", "key": "k1"}
    assert "Sent to 3 customers." in client.post(url, sent, follow=True).text
    client.post(url, sent)

    for ticket in Ticket.objects.all():
        assert (ticket.status, ticket.messages.filter(body="Fixed at noon.").count()) == ("resolved", 1)
    child = Ticket.objects.exclude(pk=incident.parent_id).first()
    page = client.get(reverse("admin:tickets_ticket_page", args=[child.reference])).text
    assert "Part of an incident" in page


def test_it_is_dismissed_for_good(client, cast, incident):
    client.force_login(cast.lena)
    decide(client, incident, "no")

    page = client.get(reverse("admin:tickets_ticket_page", args=[incident.parent.reference])).text
    assert "Looks like one incident" not in page


def test_tickets_go_in_and_out(client, cast, incident):
    client.force_login(cast.lena)
    decide(client, incident)
    other, hidden = cast.open_ticket(), cast.open_ticket(category=cast.technical_category)
    url = reverse("admin:incident_part", args=[incident.pk])

    assert other.reference in client.post(url, {"ticket": other.reference, "is": "in"}, follow=True).text
    assert "no such ticket" in client.post(url, {"ticket": hidden.reference, "is": "in"}, follow=True).text
    assert "Taken out" in client.post(url, {"ticket": other.reference, "is": "out"}, follow=True).text
    first = client.post(url, {"ticket": incident.parent.reference, "is": "out"}, follow=True).text
    assert "cannot be taken out" in first


@pytest.mark.parametrize("body", ["", " "])
def test_an_empty_update_is_refused_in_words(client, cast, incident, body):
    client.force_login(cast.lena)
    decide(client, incident)

    url = reverse("admin:incident_message", args=[incident.pk])
    assert "Write what your customers" in client.post(url, {"body": body, "then": "send", "key": "k"}, follow=True).text
