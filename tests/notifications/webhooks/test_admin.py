"""Endpoints in the set-up: an administrator's alone; the secret is shown once; the log can be read and sent again."""

import re

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils.timezone import now

from notifications.models import WebhookCall, WebhookEndpoint
from notifications.webhooks.endpoints import send_test
from notifications.webhooks.sending import call_due
from tests.admin.forms import filled_form
from tests.escalation.desk import climb

ENDPOINTS = "/admin/notifications/webhookendpoint/"
CALLS = "/admin/notifications/webhookcall/"


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def ada(cast):
    return browser(cast.ada)


def secrets_on(page):
    return re.findall(r"whsec_[A-Za-z0-9+/=]+", page)


def pages_of(endpoint):
    own = f"{ENDPOINTS}{endpoint.pk}/"
    return [ENDPOINTS, f"{ENDPOINTS}add/", f"{own}change/", f"{own}test/", f"{own}new-secret/", f"{own}history/", CALLS]


def test_one_that_is_added_shows_its_secret_this_once(cast, ada, receiver):
    page = ada.post(f"{ENDPOINTS}add/", {"name": "Pager", "key": "pager", "url": receiver.url})
    (secret,) = secrets_on(page.content.decode())
    assert "no-store" in page["Cache-Control"]
    added = WebhookEndpoint.objects.get()
    assert (added.created_by, added.is_enabled) == (cast.ada, True)

    send_test(added)
    call_due(as_of=now())
    assert receiver.received[0].is_signed_with(secret)
    for address in pages_of(added):
        assert secret not in ada.get(address).content.decode()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"url": "https://10.0.0.1/"}, "private network"),
        ({"url": "http://example.com/"}, "https://"),
        ({"url": "pager"}, "begins with"),
        ({"key": "two words"}, "letters, numbers"),
        ({"key": "pager"}, "already exists"),
        ({"name": ""}, "required"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(ada, endpoint, changes, words):
    form = {"name": "Chat", "key": "chat", "url": "https://chat.example.com/"} | changes
    page = ada.post(f"{ENDPOINTS}add/", form)

    assert page.status_code == 200
    assert words in page.content.decode()
    assert WebhookEndpoint.objects.count() == 1


def test_the_key_stays_and_whoever_switches_it_on_again_begins_anew(ada, endpoint):
    off = {"is_enabled": False, "disabled_because": "It answered 410", "failing_since": now(), "silent_until": now()}
    WebhookEndpoint.objects.update(**off)
    address = f"{ENDPOINTS}{endpoint.pk}/change/"
    page = ada.get(address).content.decode()
    assert "It answered 410" in page
    ada.post(address, filled_form(page) | {"key": "other", "name": "Beeper", "is_enabled": "on"})

    changed = WebhookEndpoint.objects.get()
    assert (changed.name, changed.key, changed.is_enabled) == ("Beeper", "pager", True)
    assert (changed.disabled_because, changed.failing_since, changed.silent_until) == ("", None, None)
    history = ada.get(f"{ENDPOINTS}{endpoint.pk}/history/").content.decode()
    assert "Beeper" in history
    assert "Ada" in history


def test_a_test_is_sent_by_a_worker_and_stands_in_the_log(ada, endpoint, receiver):
    assert ada.get(f"{ENDPOINTS}{endpoint.pk}/test/").status_code == 200
    assert not WebhookCall.objects.exists()
    page = ada.post(f"{ENDPOINTS}{endpoint.pk}/test/", follow=True)
    assert "The test is on its way" in page.content.decode()
    call_due(as_of=now())

    (call,) = WebhookCall.objects.all()
    assert call.state == WebhookCall.State.SENT
    page = ada.get(f"{CALLS}{call.pk}/change/").content.decode()
    assert call.message_id in page
    assert "This is a test." in page


def test_one_that_is_off_is_not_tried(ada, endpoint):
    WebhookEndpoint.objects.update(is_enabled=False)
    page = ada.post(f"{ENDPOINTS}{endpoint.pk}/test/", follow=True)

    assert "is switched off" in page.content.decode()
    assert not WebhookCall.objects.exists()


def test_a_new_secret_is_asked_for_twice_and_shown_once(ada, endpoint, receiver):
    address = f"{ENDPOINTS}{endpoint.pk}/new-secret/"
    assert secrets_on(ada.get(address).content.decode()) == []
    (secret,) = secrets_on(ada.post(address).content.decode())
    send_test(endpoint)
    call_due(as_of=now())

    assert secret != endpoint.secret
    history = ada.get(f"{ENDPOINTS}{endpoint.pk}/history/").content.decode()
    assert "secret since" in history.lower()
    assert "Ada" in history
    assert receiver.received[0].is_signed_with(secret)
    assert receiver.received[0].is_signed_with(endpoint.secret)


def test_calls_are_sent_again_from_the_log(ada, endpoint, receiver):
    call = send_test(endpoint)
    call_due(as_of=now())
    page = ada.post(CALLS, {"action": "send_again", "_selected_action": [str(call.pk)]}, follow=True)
    assert "1 call will be sent again." in page.content.decode()
    call_due(as_of=now())

    assert [arrived.message_id for arrived in receiver.received] == [call.message_id] * 2


def test_the_log_is_read_only(ada, endpoint):
    call = send_test(endpoint)
    assert ada.post(f"{CALLS}{call.pk}/change/", {"state": "sent"}).status_code == 403
    assert ada.post(f"{CALLS}add/", {}).status_code == 403
    assert ada.post(f"{CALLS}{call.pk}/delete/", {"post": "yes"}).status_code == 403
    assert WebhookCall.objects.get().state == WebhookCall.State.WAITING


def test_one_that_is_called_stays_and_says_by_what(ada, endpoint):
    policy = climb((75, [{"do": "webhook", "endpoint": "pager"}]), name="Late answers")
    address = f"{ENDPOINTS}{endpoint.pk}/delete/"
    for answer in (ada.get(address, follow=True), ada.post(address, {"post": "yes"}, follow=True)):
        assert "it is called by “Late answers”" in answer.content.decode()
    assert WebhookEndpoint.objects.exists()

    policy.delete()
    send_test(endpoint)
    assert "webhook calls" in ada.get(address).content.decode().lower()
    ada.post(address, {"post": "yes"})
    assert not WebhookEndpoint.objects.exists()
    assert not WebhookCall.objects.exists()


def test_several_are_not_taken_away_at_once(ada, endpoint):
    ada.post(ENDPOINTS, {"action": "delete_selected", "_selected_action": [endpoint.pk], "post": "yes"})

    assert WebhookEndpoint.objects.exists()


@pytest.mark.parametrize("name", ["amir", "lena", "rosa", "otto"])
def test_nobody_else_sees_or_does_any_of_it(cast, endpoint, receiver, name):
    """Not even whoever was given every right on it."""
    person = getattr(cast, name)
    person.user_permissions.set(Permission.objects.filter(codename__contains="webhook"))
    client, call = browser(person), send_test(endpoint)
    for address in [*pages_of(endpoint), f"{CALLS}{call.pk}/change/", f"{ENDPOINTS}{endpoint.pk}/delete/"]:
        assert client.get(address).status_code in (302, 403), address
        answer = client.post(address, {"action": "send_again", "_selected_action": [str(call.pk)], "post": "yes"})
        assert answer.status_code in (302, 403), address
        assert "/admin/login" in answer.headers.get("Location", "/admin/login"), address
    assert "webhook" not in client.get("/admin/set-up/").content.decode().lower()
    assert WebhookCall.objects.get().attempts == 0
    assert endpoint.secrets.count() == 1


def test_pages_ask_little_and_no_more_when_rows_double(ada, endpoint, django_assert_max_num_queries):
    def queries(address):
        with django_assert_max_num_queries(12) as captured:
            assert ada.get(address).status_code == 200
        return len(captured)

    for _number in range(3):
        send_test(endpoint)
    # The form asks once a process which content type it is for.
    ContentType.objects.get_for_model(WebhookEndpoint)
    before = {address: queries(address) for address in pages_of(endpoint)}
    for number in range(3):
        WebhookEndpoint.objects.create(name=f"n{number}", key=f"n{number}", url="https://example.com/")
        send_test(endpoint)
    assert {address: queries(address) for address in pages_of(endpoint)} == before
