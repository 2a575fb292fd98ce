"""Accounts: an address is proved before there is a password, and nobody learns whose address is known."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from teams.models import LetterRequest, User
from teams.sign_in.backend import TRIES_PER_ADDRESS
from tests.portal.letters import paths_in, posted

ROSA, PASSWORD = "rosa@example.com", "correct horse battery"


def sign_in(client, email, password, **extra):
    return client.post(reverse("account_login"), {"login": email, "password": password} | extra)


def signed_in_as(client):
    return User.objects.filter(pk=client.session.get("_auth_user_id")).first()


def choose_password(client, path, password=PASSWORD):
    page = client.get(path, follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": password, "password2": password})


def sign_up(client, email, name="Rosa"):
    return client.post(reverse("account_signup"), {"email": email, "full_name": name}, follow=True)


@pytest.fixture
def with_password(cast):
    cast.rosa.set_password(PASSWORD)
    cast.rosa.save()
    return cast.rosa


def test_a_guest_signs_up_and_finds_their_tickets(cast, smtp, client):
    ticket = cast.open_ticket()
    sign_up(client, ROSA)
    (mail,) = posted(smtp, ROSA)

    answer = choose_password(client, paths_in(mail)[0])

    assert answer["Location"] == reverse("portal:tickets")
    assert signed_in_as(client) == cast.rosa
    assert ticket.reference in client.get(reverse("portal:tickets")).content.decode()


def test_a_stranger_signs_up_with_name_language_and_zone(db, smtp, client):
    client.post(
        reverse("account_signup"),
        {"email": "New@Example.com", "full_name": "Neo\r\nTest", "time_zone": "Asia/Tokyo"},
        headers={"accept-language": "de"},
    )
    assert not User.objects.filter(email="new@example.com").exists()
    (mail,) = posted(smtp, "new@example.com")
    choose_password(client, paths_in(mail)[0])

    person = signed_in_as(client)
    assert (person.email, person.full_name) == ("new@example.com", "Neo Test")
    assert (person.language, person.time_zone, person.is_staff) == ("de", "Asia/Tokyo", False)


def test_signing_up_gives_nothing_before_the_address_is_proved(cast, client):
    cast.open_ticket()
    sign_up(client, ROSA)

    assert signed_in_as(client) is None
    cast.rosa.refresh_from_db()
    assert not cast.rosa.has_usable_password()


def test_nobody_becomes_staff_by_what_they_send(db, smtp, client):
    fields = {"email": "new@example.com", "is_staff": "on", "is_superuser": "on", "groups": "1", "language": "xx"}
    client.post(reverse("account_signup"), fields)
    posted(smtp, "new@example.com")

    person = User.objects.get(email="new@example.com")
    assert (person.is_staff, person.is_superuser) == (False, False)


def test_whoever_has_an_account_is_told_so_by_mail_only(with_password, smtp):
    known, unknown = sign_up(Client(), ROSA), sign_up(Client(), "new@example.com")

    assert without_secrets(known) == without_secrets(unknown)
    (mail,) = posted(smtp, ROSA)
    assert "already" in mail["Subject"]
    with_password.refresh_from_db()
    assert with_password.check_password(PASSWORD)


@pytest.mark.parametrize("name", ["account_signup", "account_reset_password"])
def test_asking_answers_alike_and_works_alike_for_every_address(with_password, name, django_assert_num_queries):
    answers = []
    for email in (ROSA, "nobody@example.com"):
        with django_assert_num_queries(3):
            Client().post(reverse(name), {"email": email})
        answers.append(without_secrets(Client().post(reverse(name), {"email": email}, follow=True)))

    assert len(set(answers)) == 1


def test_a_forgotten_password_is_replaced_by_the_mailed_link_once(with_password, smtp, client):
    client.post(reverse("account_reset_password"), {"email": ROSA})
    (mail,) = posted(smtp, ROSA)
    path = paths_in(mail)[0]

    choose_password(client, path, "another battery horse")

    assert signed_in_as(client) == with_password
    with_password.refresh_from_db()
    assert with_password.check_password("another battery horse")
    assert b"does not work any more" in Client().get(path, follow=True).content


def test_the_secret_is_in_no_address_of_the_page(with_password, smtp, client):
    client.post(reverse("account_reset_password"), {"email": ROSA})
    path = paths_in(posted(smtp, ROSA)[0])[0]

    page = client.get(path, follow=True)

    secret = path.rstrip("/").rsplit("-", 1)[-1]
    assert secret not in page.redirect_chain[-1][0]
    assert secret not in page.content.decode()


def test_a_new_password_for_an_unknown_address_mails_nobody(db, smtp, client):
    client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert posted(smtp, "nobody@example.com") == []
    assert not User.objects.filter(email="nobody@example.com").exists()
    assert not LetterRequest.objects.exists()


def test_weak_passwords_are_refused_with_what_to_do(cast, smtp, client):
    sign_up(client, ROSA)
    answer = choose_password(client, paths_in(posted(smtp, ROSA)[0])[0], "password")

    assert answer.status_code == 200
    assert answer.context["form"].errors["password1"]
    assert signed_in_as(client) is None


def test_signing_in_leads_to_the_list_and_staff_to_the_console(with_password, cast):
    cast.amir.set_password(PASSWORD)
    cast.amir.save()

    assert sign_in(Client(), "Rosa@Example.com", PASSWORD)["Location"] == reverse("portal:tickets")
    assert sign_in(Client(), "amir@example.com", PASSWORD)["Location"] == reverse("admin:index")


@pytest.mark.parametrize("where", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_signing_in_leads_to_no_other_site(with_password, client, where):
    assert sign_in(client, ROSA, PASSWORD, next=where)["Location"] == reverse("portal:tickets")


def test_signing_in_leads_back_to_where_one_was(with_password, client):
    assert sign_in(client, ROSA, PASSWORD, next="/profile/")["Location"] == "/profile/"


def test_wrong_passwords_and_unknown_addresses_get_the_same_answer(with_password, cast):
    cast.open_ticket()
    guest = User.objects.create_user("guest@example.com")
    answers = [
        sign_in(Client(), email, "wrong password") for email in (ROSA, guest.email, "nobody@example.com")
    ]  # fmt: skip

    texts = {re.sub(rb'value="[^"]+@[^"]+"', b"", without_secrets(answer)) for answer in answers}
    assert len(texts) == 1


@pytest.mark.parametrize("email", [ROSA, "nobody@example.com"])
def test_after_repeated_failures_also_the_right_password_is_refused_and_it_says_so(with_password, client, email):
    for _try in range(TRIES_PER_ADDRESS.most):
        sign_in(client, email, "wrong password")

    answer = sign_in(Client(REMOTE_ADDR="192.0.2.7"), email.upper(), PASSWORD)

    assert answer.status_code == 200
    assert b"Too many tries" in answer.content


def test_the_lockout_is_the_same_at_the_door_of_the_console(cast, client):
    cast.amir.set_password(PASSWORD)
    cast.amir.save()
    for _try in range(TRIES_PER_ADDRESS.most):
        sign_in(client, "amir@example.com", "wrong password")

    answer = client.post("/admin/login/", {"username": "amir@example.com", "password": PASSWORD})

    assert signed_in_as(client) is None
    assert b"Too many tries" in answer.content


def test_a_success_forgets_the_failures(with_password):
    for _round in range(3):
        for _try in range(TRIES_PER_ADDRESS.most - 1):
            sign_in(Client(), ROSA, "wrong password")
        assert sign_in(Client(), ROSA, PASSWORD).status_code == 302


def test_whoever_is_locked_out_gets_in_by_a_new_password(with_password, smtp, client):
    for _try in range(TRIES_PER_ADDRESS.most + 1):
        sign_in(client, ROSA, "wrong password")
    client.post(reverse("account_reset_password"), {"email": ROSA})
    choose_password(client, paths_in(posted(smtp, ROSA)[0])[0], "another battery horse")
    client.post(reverse("account_logout"))

    assert sign_in(client, ROSA, "another battery horse").status_code == 302


def test_somebody_switched_off_neither_signs_in_nor_gets_letters(with_password, smtp, client):
    User.objects.filter(pk=with_password.pk).update(is_active=False)
    sign_up(client, ROSA)
    client.post(reverse("account_reset_password"), {"email": ROSA})

    assert posted(smtp, ROSA) == []
    assert sign_in(client, ROSA, PASSWORD).status_code == 200
    assert signed_in_as(client) is None


def test_changing_the_password_takes_the_old_one_and_signs_other_devices_out(with_password):
    here, elsewhere = Client(), Client()
    for client in (here, elsewhere):
        sign_in(client, ROSA, PASSWORD)
    new = {"password1": "another battery horse", "password2": "another battery horse"}

    refused = here.post(reverse("account_change_password"), {"oldpassword": "wrong", **new})
    assert refused.context["form"].errors["oldpassword"]
    changed = here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, **new})

    assert changed["Location"] == reverse("portal:profile")
    assert here.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302


def test_getting_a_page_signs_nobody_out(with_password, client):
    client.force_login(with_password)

    client.get(reverse("account_logout"))

    assert signed_in_as(client) == with_password


def without_secrets(answer):
    return re.sub(rb'csrfmiddlewaretoken" value="[^"]+', b"", answer.content)
