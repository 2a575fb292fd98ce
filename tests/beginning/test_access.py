"""The steps are for administrators; before there is one, for nobody without the key."""

import pytest

from tests.cast import Cast

pytestmark = pytest.mark.django_db

STEPS = ("people", "hours", "promises", "mail", "ready")
ACTS = ("people/teams", "people/suggested-teams", "people/persons", "mail/without", "mail/invitations")


@pytest.mark.parametrize("page", STEPS)
def test_pages_lead_to_the_sign_in_and_back(client, ida, page):
    answered = client.get(f"/begin/{page}/")

    assert answered.status_code == 302
    assert answered.url == f"/admin/login/?next=/begin/{page}/"


@pytest.mark.parametrize("name", ["lena", "amir", "rosa"])
def test_neither_leads_nor_agents_nor_customers_come_in(client, cast: Cast, name):
    client.force_login(getattr(cast, name))

    assert {client.get(f"/begin/{page}/").status_code for page in STEPS} == {403}
    assert {client.post(f"/begin/{page}/").status_code for page in (*STEPS[:-1], *ACTS)} == {403}


@pytest.mark.parametrize("page", [*STEPS, *ACTS])
def test_before_there_is_an_administrator_everything_leads_to_the_locked_door(client, page):
    answered = client.post(f"/begin/{page}/") if page in ACTS else client.get(f"/begin/{page}/", follow=True)

    if page in ACTS:
        assert (answered.status_code, answered.url) == (302, "/begin/")
    else:
        assert answered.status_code == 403
        assert "first_address" in answered.content.decode()


@pytest.mark.parametrize("page", ACTS)
def test_a_look_changes_nothing(founder, page):
    assert founder.get(f"/begin/{page}/").status_code == 405


def test_one_returns_to_the_first_step_that_is_not_done(founder):
    assert founder.get("/begin/").url == "/begin/people/"
    founder.post("/begin/people/")
    assert founder.get("/begin/").url == "/begin/hours/"
    assert founder.get("/begin/promises/").status_code == 200
    founder.post("/begin/mail/without/")
    assert founder.get("/begin/").url == "/begin/hours/"
