"""A Redis that dies under open sockets: hints are lost, nothing else, and they come again by themselves."""

import asyncio
import subprocess
import tempfile
from pathlib import Path

import pytest
import structlog
from django.utils.timezone import now

from helpdesk.embedded.valkey import Valkey
from notifications.live import watching
from notifications.models import Notification
from teams.models import ApiToken, TeamMembership
from tests.cast import MONDAY, assemble
from tests.notifications.sockets import PATIENCE, done, happens, listening
from tickets.relay import relay
from tickets.services.conversing import reply

pytestmark = pytest.mark.django_db(transaction=True)


class OwnRedis:
    """A server of the test's own, to be killed."""

    def __init__(self, folder):
        self.valkey, self.log = Valkey(folder), folder / "log"

    def start(self):
        process = self.valkey.process(self.log)
        self.running = subprocess.Popen(process.argv, env=process.env, stdout=subprocess.DEVNULL)

    def kill(self):
        self.running.kill()
        self.running.wait()


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def redis(settings):
    # A socket's path must be short, and pytest's folders are not.
    with tempfile.TemporaryDirectory(prefix="hd-") as folder:
        server = OwnRedis(Path(folder))
        server.start()
        layer = settings.CHANNEL_LAYERS["default"]
        address = layer["CONFIG"]["hosts"][0] | {"address": server.valkey.url}
        settings.CHANNEL_LAYERS = {"default": layer | {"CONFIG": layer["CONFIG"] | {"hosts": [address]}}}
        asyncio.run(eventually(server.valkey.is_ready))
        yield server
        server.kill()


async def eventually(happened):
    async with asyncio.timeout(PATIENCE):
        while not happened():
            await asyncio.sleep(0.02)


def test_sockets_outlive_redis_hear_again_when_it_is_back_and_are_checked_all_the_while(cast, redis, monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 0.05)
    ticket = cast.open_ticket()

    @listening(cast.noor)
    async def scene(noor):
        redis.kill()
        with structlog.testing.capture_logs() as logs:
            # Another team, so another group to join: what cannot be done now.
            await done(TeamMembership.objects.create, team=cast.billing, user=cast.noor)
            await eventually(lambda: any(line["event"] == "live.recheck_failed" for line in logs))
        redis.start()
        await eventually(redis.valkey.is_ready)
        async with asyncio.timeout(PATIENCE):
            while await noor.far_end.receive_nothing(timeout=0.1):
                await happens(reply, ticket, body="Hello?", by=cast.rosa, channel="web", at=MONDAY)
        await done(ApiToken.objects.update, revoked_at=now())
        while isinstance(answer := await noor.next(), dict):
            pass
        assert answer == 4403


def test_a_withdrawn_permission_closes_a_socket_also_without_redis(cast, redis, monkeypatch):
    monkeypatch.setattr(watching, "RECHECK_SECONDS", 0.05)

    @listening(cast.amir)
    async def scene(amir):
        redis.kill()
        await done(ApiToken.objects.update, revoked_at=now())
        assert await amir.next() == 4403


def test_without_redis_everybody_is_told_all_the_same(cast, redis):
    redis.kill()
    ticket = cast.open_ticket()
    assert relay() == ticket.version
    assert set(Notification.objects.values_list("recipient__full_name", "kind")) == {
        ("Rosa", "opened"),
        ("Lena", "opened"),
        ("Amir", "assigned"),
    }
