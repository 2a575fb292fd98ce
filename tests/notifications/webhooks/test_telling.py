"""Administrators hear of an endpoint that went off by itself, and of calls that failed for good: home, doctor, metrics."""

import pytest
from django.test import Client

from helpdesk.operations.findings import webhooks
from notifications.models import WebhookCall, WebhookEndpoint
from notifications.webhooks.endpoints import send_test

OFF = {"is_enabled": False, "disabled_because": "Nothing has arrived for 5 days."}


def home(user):
    client = Client()
    client.force_login(user)
    return client.get("/admin/").content.decode()


def figures(client):
    lines = client.get("/metrics").content.decode().splitlines()
    return {line.split()[0]: float(line.split()[1]) for line in lines if line.startswith("helpdesk_webhook")}


def test_an_endpoint_that_went_off_by_itself_is_on_the_home_of_administrators(cast, endpoint):
    send_test(endpoint)
    WebhookEndpoint.objects.update(**OFF)

    shown = home(cast.ada)
    assert "The webhook “Pager” switched itself off" in shown
    assert "Nothing has arrived for 5 days." in shown
    for person in (cast.lena, cast.amir):
        assert "Pager" not in home(person)


@pytest.mark.parametrize("changes", [{}, {"is_enabled": False}])
def test_one_that_works_or_was_switched_off_by_somebody_is_no_news(cast, endpoint, changes):
    WebhookEndpoint.objects.update(**changes)

    assert "switched itself off" not in home(cast.ada)
    assert list(webhooks()) == []


def test_the_doctor_says_which_and_what_to_do(endpoint):
    send_test(endpoint)
    WebhookEndpoint.objects.update(**OFF)
    WebhookCall.objects.update(state=WebhookCall.State.DEAD)

    off, dead = webhooks()
    assert (off.what, off.is_failure) == (
        "The webhook endpoint pager switched itself off. Nothing has arrived for 5 days.",
        False,
    )
    assert dead.what == "1 webhook call of today failed for good."


def test_the_metrics_count_them(client, endpoint):
    for state in (WebhookCall.State.WAITING, WebhookCall.State.DEAD, WebhookCall.State.SENT):
        WebhookCall.objects.filter(pk=send_test(endpoint).pk).update(state=state)
    WebhookEndpoint.objects.update(**OFF)

    assert figures(client) == {
        "helpdesk_webhooks_due": 1,
        "helpdesk_webhooks_dead": 1,
        "helpdesk_webhook_endpoints_off": 1,
    }
