"""`/ws/live/`: a socket that tells its owner that something has changed, and closes when they may no longer know."""

from collections import deque
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer

from notifications.live import presence
from notifications.live.permits import Key, Permit, permits_of
from notifications.live.watching import watch
from notifications.models import Notification
from teams.models import User
from tickets.models import Ticket

NOT_SIGNED_IN, NOT_PERMITTED = 4401, 4403
# A ticket's fact reaches a person through several groups; this many of the last ones are remembered to tell it once.
_REMEMBERED = 256


class LiveConsumer(AsyncJsonWebsocketConsumer):
    """Sends hints. Listens only to who reads or types where; anything else that is said to it is ignored."""

    async def connect(self) -> None:
        self.listening: frozenset[str] = frozenset()
        self.told: deque[tuple[str, str, int]] = deque(maxlen=_REMEMBERED)
        self.user: User | None = None
        self.guest_of: frozenset[int] = frozenset()
        # The tickets that the person has open on this page, by primary key.
        self.reading: dict[int, presence.Reading] = {}
        session = self.scope.get("session")
        self.key = Key(self.scope.get("token_digest", ""), (session and session.session_key) or "")
        await self.accept()
        permit = await _permit_of(self.key)
        if permit is None:
            await self.close(NOT_SIGNED_IN)
            return
        await self._listen(permit)
        watch().add(self)
        await self.send_json({"kind": "ready"})

    async def disconnect(self, code: int) -> None:
        await watch().remove(self)
        for ticket in list(self.reading):
            await presence.leave(self, ticket)
        await self._leave()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **_: Any) -> None:
        said = presence.understood(text_data)
        if said is not None:
            await presence.hear(self, *said)

    async def adopt(self, permit: Permit | None, readers: set[tuple[int, int]]) -> None:
        """What the watch found out: the socket closes, or listens elsewhere, and its page fetches again."""
        if permit is None:
            try:
                await self._leave()
            finally:
                await watch().remove(self)
                await self.close(NOT_PERMITTED)
            return
        lost = [ticket for ticket in self.reading if self.user is None or (self.user.pk, ticket) not in readers]
        for ticket in lost:
            await presence.leave(self, ticket)
        before = self.listening
        await self._listen(permit)
        if lost or before != self.listening:
            await self.send_json({"kind": "refresh"})

    async def ticket_hint(self, message: dict[str, Any]) -> None:
        """Told once, and only while the socket's owner may see the fact."""
        hint = message["hint"]
        fact = (hint["ticket"], hint["kind"], hint["version"])
        if fact in self.told:
            return
        self.told.append(fact)
        if await self._may_see(message["ticket_id"], message["is_public"]):
            await self.send_json(hint)

    async def inbox_hint(self, _message: dict[str, Any]) -> None:
        if self.user is not None:
            await self.send_json({"kind": "inbox", "unread": await _unread(self.user)})

    async def draft_hint(self, message: dict[str, Any]) -> None:
        """A reply that was held comes back to whoever wrote it."""
        await self.send_json({"kind": "draft", "ticket": message["ticket"]})

    async def presence_hint(self, message: dict[str, Any]) -> None:
        await presence.tell(self, message)

    async def refresh_hint(self, _message: dict[str, Any]) -> None:
        """Something is not here any more. Which ticket it was is nobody's business now."""
        await self.send_json({"kind": "refresh"})

    async def _may_see(self, ticket: int, is_public: bool) -> bool:
        if self.user is None:
            # Links are revoked at once, so the grant is asked again before anything is said.
            permit = await _permit_of(self.key) if is_public and ticket in self.guest_of else None
            return permit is not None and ticket in permit.guest_of
        return await _may_see(self.user, ticket, is_public)

    async def _listen(self, permit: Permit) -> None:
        """Join the groups that the person belongs to now, and leave the others."""
        self.user, self.guest_of = permit.user, permit.guest_of
        for group in permit.groups - self.listening:
            await self.channel_layer.group_add(group, self.channel_name)
            self.listening |= {group}
        for group in self.listening - permit.groups:
            await self.channel_layer.group_discard(group, self.channel_name)
            self.listening -= {group}

    async def _leave(self) -> None:
        listening, self.listening = self.listening, frozenset()
        for group in listening:
            await self.channel_layer.group_discard(group, self.channel_name)


@database_sync_to_async
def _permit_of(key: Key) -> Permit | None:
    return permits_of([key]).get(key)


@database_sync_to_async
def _may_see(user: User, ticket_id: int, is_public: bool) -> bool:
    tickets = Ticket.objects.visible_to(user) if is_public else Ticket.objects.worked_by(user)
    return tickets.filter(pk=ticket_id).exists()


@database_sync_to_async
def _unread(user: User) -> int:
    return Notification.objects.inbox_of(user).unread().count()
