"""The way in: anybody sees the form, staff get through it, customers do not."""

import pytest

from teams.models import User

PASSWORD = "a-long-enough-password"


@pytest.fixture
def with_password(cast):
    for person in (cast.amir, cast.rosa):
        person.set_password(PASSWORD)
        person.save()
    return cast


def sign_in(client, email):
    return client.post("/admin/login/?next=/admin/", {"username": email, "password": PASSWORD})


def test_whoever_is_not_signed_in_is_shown_the_form(client, db):
    assert client.get("/admin/")["Location"] == "/admin/login/?next=/admin/"
    assert client.get("/admin/login/").status_code == 200


def test_staff_get_in_whatever_the_case_of_their_address(client, with_password):
    assert sign_in(client, "AMIR@example.com").status_code == 302
    assert client.get("/admin/").status_code == 200


def test_customers_do_not_get_in(client, with_password):
    assert sign_in(client, "rosa@example.com").status_code == 200
    assert client.get("/admin/").status_code == 302
    assert User.objects.get(email="rosa@example.com").last_login is None
