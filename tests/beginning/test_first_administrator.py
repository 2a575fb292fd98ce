"""The first account belongs to whoever started the desk, and to nobody else on the network."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from helpdesk.embedded.first_key import first_key
from teams.models import AgentProfile, TeamMembership, User

pytestmark = pytest.mark.django_db

ACCOUNT = {
    "full_name": "Ida Berg",
    "email": "Ida@Berg.example",
    "password": "a few words in a row",
    "time_zone": "Europe/Madrid",
    "answers": "on",
}


def with_key() -> Client:
    client = Client()
    client.get(f"/begin/key/{first_key(settings.SECRET_KEY)}/")
    return client


def test_the_printed_address_leads_to_the_form_and_the_form_to_the_next_step(capsys):
    call_command("first_address")
    address = capsys.readouterr().out.strip()
    client = Client()

    shown = client.get(address.removeprefix(settings.SITE_URL), follow=True)
    made = client.post("/begin/administrator/", ACCOUNT)

    assert shown.status_code == 200
    assert shown.wsgi_request.path == "/begin/administrator/"
    ida = User.objects.get(email="ida@berg.example")
    assert (ida.is_superuser, ida.is_staff, ida.time_zone) == (True, True, "Europe/Madrid")
    assert ida.check_password(ACCOUNT["password"])
    assert made.url == "/begin/people/"
    assert client.get("/begin/people/").status_code == 200


def test_who_answers_too_leads_the_general_team():
    with_key().post("/begin/administrator/", ACCOUNT)

    membership = TeamMembership.objects.get(user__email="ida@berg.example")
    assert membership.team.is_general
    assert membership.role == TeamMembership.Role.LEAD
    assert AgentProfile.objects.filter(user=membership.user).exists()


def test_who_only_sets_up_gets_no_tickets():
    with_key().post("/begin/administrator/", {**ACCOUNT, "answers": ""})

    assert not TeamMembership.objects.exists()


@pytest.mark.parametrize("key", ["wrong", first_key("another secret key")])
def test_without_the_right_key_nobody_becomes_administrator(client, key):
    assert client.get(f"/begin/key/{key}/").status_code == 403
    assert client.get("/begin/administrator/").status_code == 403
    assert client.post("/begin/administrator/", ACCOUNT).status_code == 403
    assert not User.objects.exists()


def test_the_key_is_in_no_address_of_a_page():
    client = Client()

    response = client.get(f"/begin/key/{first_key(settings.SECRET_KEY)}/")

    assert (response.status_code, response.url) == (302, "/begin/")
    assert response["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("is_active", [True, False])
def test_once_there_is_an_administrator_the_key_opens_nothing_even_if_they_are_switched_off(is_active):
    late = with_key()
    User.objects.create_superuser("ida@berg.example", "x" * 12, is_active=is_active)

    late.get(f"/begin/key/{first_key(settings.SECRET_KEY)}/")
    answered = late.post("/begin/administrator/", {**ACCOUNT, "email": "late@berg.example"})

    assert answered.status_code == 302
    assert not User.objects.filter(email="late@berg.example").exists()
    assert late.get("/begin/people/").status_code == 302


def test_a_weak_password_is_refused_with_the_reason_and_nothing_is_made():
    answered = with_key().post("/begin/administrator/", {**ACCOUNT, "password": "short"})

    assert answered.status_code == 422
    assert "at least 10" in answered.content.decode()
    assert not User.objects.exists()


def test_whoever_wrote_to_us_before_keeps_their_tickets_and_becomes_administrator():
    before = User.objects.create_user("ida@berg.example")

    with_key().post("/begin/administrator/", ACCOUNT)

    before.refresh_from_db()
    assert before.is_administrator
    assert before.check_password(ACCOUNT["password"])


def test_the_command_prints_no_key_when_there_is_an_administrator(ida, capsys):
    call_command("first_address")

    assert capsys.readouterr().out == "There is an administrator already.\n"
