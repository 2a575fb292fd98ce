"""`/ws/live/`: a socket that tells its owner that something has changed, and closes when they may no longer know."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

import structlog
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.crypto import constant_time_compare

from notifications.live import groups
from notifications.live.authentication import owner_of
from notifications.models import Notification
from teams.models import User
from tickets.models import Ticket

log = structlog.get_logger(__name__)

# How soon a withdrawn permission or an ended session closes or narrows an open socket.
RECHECK_SECONDS = 4
NOT_SIGNED_IN, NOT_PERMITTED = 4401, 4403
# A ticket's fact reaches a person through several groups; this many of the last ones are remembered to tell it once.
_REMEMBERED = 256


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Sends hints and reads nothing: a message from the other side is ignored."""

    async def connect(self) -> None:
        self.listening: set[str] = set()
        self.told: deque[tuple[str, str, int]] = deque(maxlen=_REMEMBERED)
        self.recheck: asyncio.Task[None] | None = None
        await self.accept()
        self.user = self.scope["user"]
        if not self.user.is_authenticated:
            await self.close(NOT_SIGNED_IN)
            return
        await self._listen()
        await self.send_json({"kind": "ready"})
        self.recheck = asyncio.create_task(self._recheck_for_ever())

    async def disconnect(self, code: int) -> None:
        if self.recheck is not None:
            self.recheck.cancel()
            with suppress(asyncio.CancelledError):
                await self.recheck
        await self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        """Whoever talks to us is not listened to."""

    async def ticket_hint(self, message: dict[str, Any]) -> None:
        """Told once, and only while the socket's owner may see the fact."""
        hint = message["hint"]
        fact = (hint["ticket"], hint["kind"], hint["version"])
        if fact in self.told:
            return
        self.told.append(fact)
        if await _may_see(self.user, message["ticket_id"], message["is_public"]):
            await self.send_json(hint)

    async def inbox_hint(self, _message: dict[str, Any]) -> None:
        await self.send_json({"kind": "inbox", "unread": await _unread(self.user)})

    async def refresh_hint(self, _message: dict[str, Any]) -> None:
        """Something is not here any more. Which ticket it was is nobody's business now."""
        await self.send_json({"kind": "refresh"})

    async def _listen(self) -> None:
        """Join the groups that the person belongs to now, and leave the others."""
        wanted = await _groups_of(self.user)
        for group in wanted - self.listening:
            await self.channel_layer.group_add(group, self.channel_name)
        for group in self.listening - wanted:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.listening = wanted

    async def _leave(self) -> None:
        for group in self.listening:
            await self.channel_layer.group_discard(group, self.channel_name)
        self.listening = set()

    async def _recheck_for_ever(self) -> None:
        while True:
            await asyncio.sleep(RECHECK_SECONDS)
            try:
                user = await self._still_signed_in()
                if user is None:
                    await self._leave()
                    await self.close(NOT_PERMITTED)
                    return
                self.user = user
                await self._listen()
            except Exception as error:
                # A database or a Redis that restarts. The next round asks again: a socket is never left unchecked.
                log.warning("live.recheck_failed", user_id=self.user.pk, error=type(error).__name__)

    async def _still_signed_in(self) -> User | None:
        digest = self.scope.get("token_digest")
        return await (owner_of(digest) if digest else _owner_of_session(self.scope["session"].session_key))


@database_sync_to_async
def _owner_of_session(key: str | None) -> User | None:
    """The person whom this session still signs in: not after a logout, a new password, or being switched off."""
    session = SessionStore(session_key=key)
    pk = session.get(SESSION_KEY) if key else None
    user = User.objects.filter(pk=pk, is_active=True).first() if pk is not None else None
    if user is None or not constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()):
        return None
    return user


@database_sync_to_async
def _groups_of(user: User) -> set[str]:
    """Customers hear of their own tickets through their own group only."""
    listening = {groups.of_user(user.pk)}
    if user.is_staff:
        listening |= {groups.of_team(team) for team in user.memberships.values_list("team_id", flat=True)}
    if user.is_superuser:
        listening.add(groups.ADMINISTRATORS)
    return listening


@database_sync_to_async
def _may_see(user: User, ticket_id: int, is_public: bool) -> bool:
    tickets = Ticket.objects.visible_to(user) if is_public else Ticket.objects.worked_by(user)
    return tickets.filter(pk=ticket_id).exists()


@database_sync_to_async
def _unread(user: User) -> int:
    return Notification.objects.inbox_of(user).unread().count()
