"""Who hears what through an open socket: hints about what they may see, and nothing else."""

import pytest

from notifications.live import watching
from notifications.models import Notification
from teams.models import TeamMembership
from tests.cast import MONDAY, assemble
from tests.notifications.sockets import done, happens, listening
from tickets.models import Draft, Priority
from tickets.relay import relay
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import add_note, reply
from tickets.services.drafting import save_draft
from tickets.services.following import add_watcher, remove_watcher
from tickets.services.prioritising import change_priority
from tickets.services.sending import draft_held

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def ticket(cast):
    """Rosa's, with Amir of Billing; everything so far is told."""
    ticket = cast.open_ticket()
    relay()
    return ticket


def kinds(hints):
    return [hint["kind"] for hint in hints]


def tickets_in(hints):
    return {hint["ticket"] for hint in hints if "ticket" in hint}


def test_staff_hear_of_everything_on_the_tickets_they_work_on_and_nobody_else_does(cast, ticket):
    hint = {
        "kind": "ticket.priority_changed",
        "ticket": ticket.reference,
        "id": str(ticket.public_id),
        "version": ticket.version + 1,
    }

    @listening(cast.amir, cast.lena, cast.ada, cast.noor, cast.otto)
    async def scene(amir, lena, ada, noor, otto):
        await happens(change_priority, ticket, to=Priority.HIGH, by=cast.lena)
        for socket in (amir, lena, ada):
            assert hint in await socket.heard()
        for socket in (noor, otto):
            assert await socket.heard() == []


def test_a_fact_is_told_once_however_many_reasons_there_are(cast, ticket):
    add_watcher(ticket, user=cast.amir, by=cast.lena, at=MONDAY)
    relay()

    @listening(cast.amir)
    async def scene(amir):
        await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        assert kinds(await amir.heard()).count("ticket.replied") == 1


def test_customers_hear_of_the_public_facts_of_their_own_tickets_only(cast, ticket):
    other = cast.open_ticket(requester=cast.otto, by=cast.otto)
    relay()

    @listening(cast.rosa)
    async def scene(rosa):
        await happens(add_note, ticket, body="psst", by=cast.lena, at=MONDAY)
        await happens(change_priority, ticket, to=Priority.HIGH, by=cast.lena, at=MONDAY)
        await happens(assign_ticket, ticket, to=cast.lena, by=cast.lena, at=MONDAY)
        await happens(reply, other, body="Not for Rosa", by=cast.amir, channel="web", at=MONDAY)
        assert await rosa.heard() == []
        await happens(reply, ticket, body="Hello", by=cast.lena, channel="web", at=MONDAY)
        heard = await rosa.heard()
        assert "ticket.replied" in kinds(heard)
        assert tickets_in(heard) == {ticket.reference}


def test_a_customer_who_follows_hears_of_the_public_facts_too(cast, ticket):
    add_watcher(ticket, user=cast.otto, by=cast.lena, at=MONDAY)
    relay()

    @listening(cast.otto)
    async def scene(otto):
        await happens(add_note, ticket, body="psst", by=cast.lena, at=MONDAY)
        assert await otto.heard() == []
        await happens(reply, ticket, body="Hello", by=cast.lena, channel="web", at=MONDAY)
        assert tickets_in(await otto.heard()) == {ticket.reference}


def test_a_hint_holds_no_words(cast, ticket):
    @listening(cast.amir)
    async def scene(amir):
        await happens(reply, ticket, body="My card is 4111", by=cast.rosa, channel="web", at=MONDAY)
        heard = await amir.heard()
        assert heard
        assert all(set(hint) <= {"kind", "ticket", "id", "version", "unread"} for hint in heard)


def test_the_bell_hears_how_many_are_unread(cast, ticket):
    unread = Notification.objects.unread().filter(recipient=cast.amir).count()

    @listening(cast.amir, cast.noor)
    async def scene(amir, noor):
        await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        assert {"kind": "inbox", "unread": unread + 1} in await amir.heard()
        assert await noor.heard() == []


def test_a_page_that_talks_is_not_listened_to(cast, ticket):
    @listening(cast.amir)
    async def scene(amir):
        for text in ("", "[", '{"type": "ticket.hint"}', "x" * 1000):
            await amir.say(text=text)
        await amir.say(bytes=b"\x00")
        await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        assert "ticket.replied" in kinds(await amir.heard())


def test_a_team_that_lost_a_ticket_fetches_again_and_is_not_told_which(cast, ticket):
    @listening(cast.lena, cast.noor)
    async def scene(lena, noor):
        await happens(assign_ticket, ticket, to=cast.noor, by=cast.ada, team=cast.technical, at=MONDAY)
        assert await lena.next() == {"kind": "refresh"}
        assert tickets_in(await lena.heard()) == set()
        assert tickets_in(await noor.heard()) == {ticket.reference}


def test_who_is_a_follower_no_more_fetches_again(cast, ticket):
    add_watcher(ticket, user=cast.noor, by=cast.lena, at=MONDAY)
    relay()

    @listening(cast.noor)
    async def scene(noor):
        await happens(remove_watcher, ticket, user=cast.noor, by=cast.lena, at=MONDAY)
        assert await noor.next() == {"kind": "refresh"}


def test_a_reply_that_comes_back_is_told_to_its_author_only(cast, ticket):
    draft = save_draft(ticket, by=cast.amir, is_internal=False, body="Half a")

    @listening(cast.amir, cast.lena)
    async def scene(amir, lena):
        await done(draft_held.send, sender=Draft, draft=draft)
        assert await amir.next() == {"kind": "draft", "ticket": ticket.reference}
        assert await lena.heard() == []


def test_who_left_the_team_is_told_nothing_more(cast, ticket):
    @listening(cast.lena)
    async def scene(lena):
        await done(TeamMembership.objects.filter(user=cast.lena).delete)
        await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        assert tickets_in(await lena.heard()) == set()


def test_who_joined_a_team_hears_of_its_tickets_before_long(cast, ticket, monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 0.05)

    @listening(cast.noor)
    async def scene(noor):
        await done(TeamMembership.objects.create, team=cast.billing, user=cast.noor)
        for _attempt in range(100):
            await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
            if ticket.reference in tickets_in(await noor.heard()):
                return
        pytest.fail("Noor was never told.")
