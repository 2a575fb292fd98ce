"""Guests: a page that was opened by a link from a mail hears of its one ticket, as long as the link holds."""

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings
from django.test import Client
from django.utils.timezone import now

from notifications.live import watching
from tests.cast import assemble
from tests.notifications.sockets import OWN_PAGE, Socket, happens, knock
from tickets.links import link_to, revoke_links
from tickets.relay import relay
from tickets.services.conversing import add_note, reply

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def ticket(cast):
    ticket = cast.open_ticket()
    relay()
    return ticket


def as_guest(ticket, person):
    """The cookie of a browser that has opened the link."""
    client = Client()
    client.get(link_to(ticket, person, at=now()).removeprefix(settings.SITE_URL))
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()
    return [(b"cookie", cookie), (b"origin", OWN_PAGE)]


def test_a_link_opens_a_socket_and_a_visit_without_one_does_not(cast, ticket):
    assert knock(as_guest(ticket, cast.rosa)) == {"kind": "ready"}
    assert knock([(b"origin", OWN_PAGE)]) == 4401


def test_it_hears_the_public_facts_of_its_one_ticket(cast, ticket):
    other = cast.open_ticket()
    relay()
    headers = as_guest(ticket, cast.rosa)

    async def scene():
        async with Socket(headers) as guest:
            await happens(add_note, ticket, body="psst", by=cast.lena)
            await happens(reply, other, body="Elsewhere", by=cast.amir, channel="web")
            await happens(reply, ticket, body="Hello", by=cast.amir, channel="web")
            hint = await guest.next()
            assert (hint["kind"], hint["ticket"], hint["id"]) == (
                "ticket.replied",
                ticket.reference,
                str(ticket.public_id),
            )

    async_to_sync(scene)()


def test_a_revoked_link_silences_it_at_once_and_closes_it_soon(cast, ticket, monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 1)
    headers = as_guest(ticket, cast.rosa)

    async def scene():
        async with Socket(headers) as guest:
            await happens(revoke_links, ticket, by=cast.lena)
            await happens(reply, ticket, body="Not for the link", by=cast.amir, channel="web")
            assert await guest.next() == 4403

    async_to_sync(scene)()
