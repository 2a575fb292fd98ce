"""A desk on which things slip, seen by whoever signs in."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import now

from escalation.services.sweeping import sweep_clocks
from notifications.models import Delivery, Notification
from teams.models import User
from tests.cast import Cast
from tests.escalation.desk import promise
from tickets.models import Ticket


@pytest.fixture
def seen_by(client: Client) -> Callable[[User], Client]:
    def sign_in(person: User) -> Client:
        client.force_login(person)
        return client

    return sign_in


@pytest.fixture
def late(cast: Cast) -> Ticket:
    """Billing's ticket that nobody answered in time."""
    promise()
    ticket = cast.open_ticket(title="Charged twice <b>again</b>", at=now() - timedelta(hours=5))
    sweep_clocks(as_of=now())
    return Ticket.objects.get(pk=ticket.pk)


def failed_delivery(ticket: Ticket, recipient: User) -> Delivery:
    told = Notification.objects.create(
        event=ticket.events.first(), ticket=ticket, kind="opened", recipient=recipient, reason="requester"
    )
    delivery = Delivery.objects.create(
        dedupe_key=f"test-{told.pk}", channel="email", recipient=recipient, state=Delivery.State.DEAD, attempts=9,
        outcome="550 no such mailbox",
    )  # fmt: skip
    delivery.notifications.add(told)
    return delivery
