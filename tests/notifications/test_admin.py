"""The back office: what was sent and to whom can be read by whoever may, changed by nobody, and tried again by an administrator."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from notifications.models import ChannelPreference, Delivery, Notification
from notifications.services.delivering import deliver_due
from tests.notifications.desk import told

DELIVERIES = "/admin/notifications/delivery/"


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def dead(cast):
    cast.open_ticket()
    told()
    delivery = Delivery.objects.get(recipient=cast.rosa)
    Delivery.objects.filter(pk=delivery.pk).update(state=Delivery.State.DEAD, attempts=9, outcome="550 No such user")
    return delivery


def send_again(client, *deliveries):
    chosen = [str(delivery.pk) for delivery in deliveries]
    return client.post(DELIVERIES, {"action": "send_again", "_selected_action": chosen}, follow=True)


@pytest.mark.parametrize("model", [Delivery, Notification, ChannelPreference])
def test_every_list_opens(cast, dead, model):
    ChannelPreference.objects.create(user=cast.amir, kind="assigned", channel="email", is_enabled=False)
    page = browser(cast.ada).get(reverse(f"admin:notifications_{model._meta.model_name}_changelist"))
    assert page.status_code == 200
    assert "amir@example.com" in page.content.decode() or "Amir" in page.content.decode()


@pytest.mark.parametrize("model", [Delivery, Notification])
def test_what_was_told_and_sent_is_read_only(cast, dead, model):
    client, name = browser(cast.ada), model._meta.model_name
    row = model.objects.order_by("pk").first()
    assert client.get(reverse(f"admin:notifications_{name}_change", args=[row.pk])).status_code == 200
    assert (
        client.post(reverse(f"admin:notifications_{name}_change", args=[row.pk]), {"state": "sent"}).status_code == 403
    )
    assert client.post(reverse(f"admin:notifications_{name}_add"), {}).status_code == 403
    assert client.post(reverse(f"admin:notifications_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert model.objects.filter(pk=row.pk).exists()


def test_failed_ones_can_be_found_and_their_reason_read(cast, dead):
    page = browser(cast.ada).get(f"{DELIVERIES}?state__exact=dead").content.decode()
    assert "550 No such user" in page
    assert "Amir" not in page


def test_an_administrator_has_failed_ones_tried_again(cast, dead):
    waiting = Delivery.objects.get(recipient=cast.amir)
    page = send_again(browser(cast.ada), dead, waiting)
    assert "1 delivery will be tried again." in page.content.decode()
    dead.refresh_from_db()
    assert (dead.state, dead.attempts) == (Delivery.State.WAITING, 0)


def test_what_is_tried_again_goes_out(cast, dead, smtp):
    send_again(browser(cast.ada), dead)
    dead.refresh_from_db()
    deliver_due(as_of=dead.send_after)
    dead.refresh_from_db()
    assert dead.state == Delivery.State.SENT
    assert "rosa@example.com" in {str(mail["To"]) for mail in smtp.mails}


def test_whoever_may_only_read_may_not_send(cast, dead):
    cast.amir.user_permissions.add(Permission.objects.get(codename="view_delivery"))
    client = browser(cast.amir)
    assert "send_again" not in client.get(DELIVERIES).content.decode()
    send_again(client, dead)
    dead.refresh_from_db()
    assert dead.state == Delivery.State.DEAD


@pytest.mark.parametrize("name", ["amir", "lena", "rosa"])
def test_deliveries_are_for_whom_they_were_opened(cast, dead, name):
    response = browser(getattr(cast, name)).get(DELIVERIES)
    assert response.status_code in (302, 403)
