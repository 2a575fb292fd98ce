"""Open sockets as pages have them: the whole ASGI application behind, real Redis in between."""

import json
from contextlib import AsyncExitStack

from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.conf import settings
from django.test import Client

from helpdesk.asgi import application
from notifications.live import groups
from teams.models import ApiToken
from tickets.relay import relay

OWN_PAGE, FOREIGN_PAGE = b"http://localhost:8000", b"https://evil.example"
# Far more than anything takes; whoever waits for something that never comes fails after it.
PATIENCE = 10


def with_token(user):
    return [(b"authorization", b"Token " + ApiToken.objects.issue(user, name="test").encode())]


def with_cookie(user, origin=OWN_PAGE):
    client = Client()
    client.force_login(user)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}".encode()
    return [(b"cookie", cookie), *([(b"origin", origin)] if origin else [])]


class Socket:
    def __init__(self, headers, user=None):
        scope = {
            "type": "websocket",
            "path": "/ws/live/",
            "query_string": b"",
            "headers": headers,
            "subprotocols": [],
            "client": ("127.0.0.1", 50000),
        }
        self.user, self.far_end = user, ApplicationCommunicator(application, scope)

    async def __aenter__(self):
        assert await self.knock() == {"kind": "ready"}
        return self

    async def __aexit__(self, *_error):
        await self.far_end.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.far_end.wait(PATIENCE)

    async def knock(self):
        """The first thing that is said to whoever comes in, the code with which they are sent away, or "refused"."""
        await self.far_end.send_input({"type": "websocket.connect"})
        answer = await self.far_end.receive_output(PATIENCE)
        return await self.next() if answer["type"] == "websocket.accept" else "refused"

    async def next(self):
        """The next hint, or the code with which the socket was closed."""
        output = await self.far_end.receive_output(PATIENCE)
        return output["code"] if output["type"] == "websocket.close" else json.loads(output["text"])

    async def heard(self):
        """Everything that has come since the last time. What is published later arrives later, so nothing is waited for."""
        await get_channel_layer().group_send(groups.of_user(self.user.pk), {"type": "refresh.hint"})
        hints = []
        while (hint := await self.next()) != {"kind": "refresh"}:
            assert isinstance(hint, dict), f"closed with {hint}"
            hints.append(hint)
        return hints

    async def say(self, **frame):
        await self.far_end.send_input({"type": "websocket.receive", **frame})


def knock(headers):
    """What a page with these headers is answered."""

    async def play():
        socket = Socket(headers)
        answer = await socket.knock()
        await socket.__aexit__()
        return answer

    return async_to_sync(play)()


def listening(*people, headers_of=with_token):
    """Decorates a scene: a coroutine function that is played at once, with an open socket of each of the people."""

    def play(scene):
        headers = [headers_of(person) for person in people]

        async def with_sockets():
            async with AsyncExitStack() as stack:
                pairs = zip(headers, people, strict=True)
                await scene(*[await stack.enter_async_context(Socket(*pair)) for pair in pairs])

        async_to_sync(with_sockets)()

    return play


@sync_to_async
def happens(act, *args, **kwargs):
    """Somebody does something, and the relay hands it on."""
    act(*args, **kwargs)
    relay()


@sync_to_async
def done(act, *args, **kwargs):
    act(*args, **kwargs)
