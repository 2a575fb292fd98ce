"""The toggle of the people's card: first what would move, then it moves, and back."""

import json
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils.timezone import localtime, now

from teams.models import Absence, AgentSkill, User
from tests.cast import make_agent
from tickets.models import Ticket


@pytest.fixture
def berta(cast):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=3)
    return berta


@pytest.fixture
def address(cast):
    return f"/admin/home/people/{cast.amir.pk}/absence/"


def body(response):
    return response.content.decode()


def typed(instant, zone):
    return f"{localtime(instant, zone):%Y-%m-%dT%H:%M}"


def test_it_is_shown_first_and_nothing_happens(cast, late, berta, seen_by, address):
    page = body(seen_by(cast.lena).get(address, {"until": "week"}, HTTP_HX_REQUEST="true"))

    assert late.reference in page
    assert "Berta" in page
    assert not Absence.objects.exists()
    assert Ticket.objects.get(pk=late.pk).assignee == cast.amir


def test_then_it_is_done_and_can_be_undone(cast, late, berta, seen_by, address):
    client = seen_by(cast.lena)
    answer = client.post(address, {"until": "week", "reason": "Ill"}, HTTP_HX_REQUEST="true")
    told = json.loads(answer["HX-Trigger"])["home:done"]

    assert Ticket.objects.get(pk=late.pk).assignee == berta
    assert "Ill" in body(client.get("/admin/home/people/"))
    client.post(told["undo_url"])
    assert not Absence.objects.filter(ends_at__gt=now()).exists()


def test_a_moment_may_be_typed(cast, berta, seen_by, address):
    """In the lead's own zone."""
    zone = ZoneInfo("Asia/Kolkata")
    User.objects.filter(pk=cast.lena.pk).update(time_zone=zone.key)
    until = (now() + timedelta(days=1, hours=3)).replace(second=0, microsecond=0)
    seen_by(cast.lena).post(address, {"until": "moment", "moment": typed(until, zone)})

    assert Absence.objects.get().ends_at == until


@pytest.mark.parametrize("moment", ["", "nonsense", "2001-01-01T00:00", "9999-12-31T23:59", "2026-13-40T99:99"])
def test_nonsense_is_refused_kindly(cast, seen_by, address, moment):
    answer = seen_by(cast.lena).post(address, {"until": "moment", "moment": moment})

    assert "still to come" in body(answer)
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("amir", 403), ("noor", 404)])
def test_agents_may_not(cast, seen_by, address, who, status):
    client = seen_by(getattr(cast, who))
    answers = [
        client.get(address),
        client.post(address, {"until": "week"}),
        client.post(f"/admin/home/people/{cast.amir.pk}/return/"),
    ]

    assert [answer.status_code for answer in answers] == [status] * 3
    assert not Absence.objects.exists()


def test_a_lead_of_another_team_does_not_find_them(cast, seen_by, address):
    cast.noor.memberships.update(role="lead")

    assert seen_by(cast.noor).post(address, {"until": "week"}).status_code == 404
    assert not Absence.objects.exists()


def test_customers_are_nobody_to_set_absent(cast, seen_by):
    assert seen_by(cast.ada).get(f"/admin/home/people/{cast.rosa.pk}/absence/").status_code == 404
