"""Who else reads or types: pages say it for themselves every few seconds, and forget whoever falls silent."""

import json
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from channels.db import database_sync_to_async

from notifications.live import groups
from teams.models import User
from tickets.models import Ticket
from tickets.models.ticket import number_from

if TYPE_CHECKING:
    from notifications.live.consumer import LiveConsumer

HERE, READING, TYPING, LEFT = "here", "reading", "typing", "left"
# A page is open on one ticket; whoever says more is no page of ours.
_MOST_TICKETS = 4
_MOST_CHARACTERS = 200
# Nobody needs to say it more often.
_SHORTEST_PAUSE = 0.5


@dataclass(slots=True)
class Reading:
    reference: str
    does: str
    told_at: float


def understood(text: str | None) -> tuple[str, str] | None:
    """What a page says of itself: what it does, and on which ticket. None for anything else."""
    if not text or len(text) > _MOST_CHARACTERS:
        return None
    try:
        said = json.loads(text)
    except ValueError:
        return None
    if not isinstance(said, dict):
        return None
    does, reference = said.get("do"), said.get("ticket", "")
    is_known = does in (HERE, READING, TYPING, LEFT) and isinstance(reference, str)
    return (str(does), reference) if is_known else None


async def hear(socket: "LiveConsumer", does: str, reference: str) -> None:
    """A page says what its reader does. Who does not work on the ticket is not heard, and not told so."""
    if does == HERE:
        await socket.send_json({"kind": HERE})
        return
    if socket.user is None:
        return
    ticket = _open(socket, reference)
    if does == LEFT:
        if ticket is not None:
            await leave(socket, ticket)
        return
    is_new = ticket is None
    if ticket is None:
        ticket = await _worked_on(socket.user, reference) if len(socket.reading) < _MOST_TICKETS else None
        if ticket is None:
            return
        await socket.channel_layer.group_add(groups.of_readers(ticket), socket.channel_name)
    known = socket.reading.get(ticket)
    if known is not None and known.does == does and monotonic() - known.told_at < _SHORTEST_PAUSE:
        return
    socket.reading[ticket] = Reading(reference, does, monotonic())
    await _announce(socket, ticket, does, asks=is_new)


async def leave(socket: "LiveConsumer", ticket: int) -> None:
    reading = socket.reading.pop(ticket, None)
    if reading is None:
        return
    await socket.channel_layer.group_discard(groups.of_readers(ticket), socket.channel_name)
    await _announce(socket, ticket, LEFT)


async def tell(socket: "LiveConsumer", message: dict[str, Any]) -> None:
    """Pass on what a colleague does. A newcomer is told of us in turn."""
    reading = socket.reading.get(message["ticket_id"])
    if reading is None or socket.user is None or message["person"]["id"] == socket.user.pk:
        return
    await socket.send_json(
        {"kind": "presence", "ticket": reading.reference, "person": message["person"], "does": message["does"]}
    )
    if message["asks"]:
        await _announce(socket, message["ticket_id"], reading.does)


async def _announce(socket: "LiveConsumer", ticket: int, does: str, *, asks: bool = False) -> None:
    assert socket.user is not None  # noqa: S101 - guests were turned away
    person = {"id": socket.user.pk, "name": socket.user.get_full_name()}
    told = {"type": "presence.hint", "ticket_id": ticket, "person": person, "does": does, "asks": asks}
    await socket.channel_layer.group_send(groups.of_readers(ticket), told)


def _open(socket: "LiveConsumer", reference: str) -> int | None:
    return next((pk for pk, reading in socket.reading.items() if reading.reference == reference), None)


@database_sync_to_async
def _worked_on(user: User, reference: str) -> int | None:
    number = number_from(reference)
    if number is None:
        return None
    return Ticket.objects.worked_by(user).filter(number=number).values_list("pk", flat=True).first()
