"""Who else reads or types: told among those who work on the ticket, and to nobody else."""

import json

import pytest
from asgiref.sync import sync_to_async

from notifications.live import watching
from teams.models import TeamMembership
from tests.cast import assemble
from tests.notifications.sockets import Socket, done, listening, with_token
from tickets.services.following import add_watcher

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


async def says(socket, does, ticket):
    await socket.say(text=json.dumps({"do": does, "ticket": ticket.reference}))
    # A page hears its own answer only after what it said before was understood.
    await socket.say(text='{"do": "here"}')


async def told(socket):
    """(name, what they do) of everything that came, except the answers to one's own question."""
    heard = await socket.heard()
    return [(hint["person"]["name"], hint["does"]) for hint in heard if hint["kind"] == "presence"]


async def hears(socket, name, does):
    """Until that is told; whoever waits in vain fails after a while."""
    while True:
        hint = await socket.next()
        if hint["kind"] == "presence" and (hint["person"]["name"], hint["does"]) == (name, does):
            return


async def settled(socket):
    """Until the socket has handled everything that was said to it."""
    while await socket.next() != {"kind": "here"}:
        pass


def test_colleagues_see_each_other_come_type_and_go(cast, ticket):
    @listening(cast.amir, cast.lena)
    async def scene(amir, lena):
        await says(amir, "reading", ticket)
        await settled(amir)
        await says(lena, "reading", ticket)
        assert await amir.next() == {
            "kind": "presence",
            "ticket": ticket.reference,
            "person": {"id": cast.lena.pk, "name": "Lena"},
            "does": "reading",
        }
        # The newcomer hears who was there before.
        await hears(lena, "Amir", "reading")
        await says(amir, "typing", ticket)
        await hears(lena, "Amir", "typing")
        await says(amir, "left", ticket)
        await hears(lena, "Amir", "left")


def test_whoever_closes_the_page_is_gone(cast, ticket):
    @listening(cast.lena)
    async def scene(lena):
        await says(lena, "reading", ticket)
        await settled(lena)
        async with Socket(await token_of(cast.amir), cast.amir) as amir:
            await says(amir, "reading", ticket)
            await hears(lena, "Amir", "reading")
        await hears(lena, "Amir", "left")


async def token_of(person):
    return await sync_to_async(with_token)(person)


def test_customers_strangers_and_nonsense_are_not_heard(cast, ticket):
    @listening(cast.amir, cast.rosa, cast.noor)
    async def scene(amir, rosa, noor):
        await says(amir, "reading", ticket)
        await settled(amir)
        for stranger in (rosa, noor):
            await says(stranger, "reading", ticket)
            await settled(stranger)
        for text in ('{"do": "dance"}', '{"do": "reading"}', '{"do": "reading", "ticket": 7}', "[1]", "null"):
            await amir.say(text=text)
        assert await told(amir) == []
        await says(amir, "typing", ticket)
        await settled(amir)
        assert await told(rosa) == await told(noor) == []


def test_a_customer_who_follows_is_no_colleague(cast, ticket):
    add_watcher(ticket, user=cast.otto, by=cast.lena)

    @listening(cast.amir, cast.otto)
    async def scene(amir, otto):
        await says(otto, "reading", ticket)
        await settled(otto)
        await says(amir, "reading", ticket)
        await settled(amir)
        assert await told(otto) == await told(amir) == []


def test_who_may_not_work_on_it_any_more_hears_nothing_more_and_fetches_again(cast, ticket, monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 0.05)

    @listening(cast.lena, cast.amir)
    async def scene(lena, amir):
        await says(lena, "reading", ticket)
        await settled(lena)
        await done(TeamMembership.objects.filter(user=cast.lena).delete)
        assert await lena.next() == {"kind": "refresh"}
        await says(amir, "reading", ticket)
        await settled(amir)
        assert await told(lena) == []
