"""The story of a ticket: what was said and what happened, in one line of time, read in parts from its end.

The key is the event's number within the ticket: each message has the event that it was recorded with. Five queries at
most, whatever the length of the story and of the part.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tickets.events import EventKind
from tickets.models import Message, TicketEvent
from tickets.models.event import TicketEventQuerySet
from tickets.timeline import Line, told

if TYPE_CHECKING:
    from tickets.console.page.door import Desk

PART = 50
MOST_NEW = 200

# The message says it itself.
_SPEAKS_FOR_ITSELF = frozenset({EventKind.REPLIED, EventKind.NOTED})
_CARRIES_MESSAGE = _SPEAKS_FOR_ITSELF | {EventKind.OPENED}


@dataclass(frozen=True, slots=True)
class Said:
    seq: int
    message: Message
    is_automatic: bool = False


@dataclass(slots=True)
class Happened:
    """What happened between two messages. Long runs are folded."""

    lines: list[Line] = field(default_factory=list)

    @property
    def seq(self) -> int:
        return self.lines[0].event.seq

    @property
    def is_long(self) -> bool:
        return len(self.lines) > 3

    @property
    def hidden(self) -> list[Line]:
        return self.lines[:-1]

    @property
    def last(self) -> Line:
        return self.lines[-1]


@dataclass(frozen=True, slots=True)
class Story:
    """`before`: the key under which the earlier part is found; None at the beginning."""

    items: list[Said | Happened]
    before: int | None
    version: int


def latest(desk: "Desk", *, before: int | None = None) -> Story:
    """The last part, or the one that ends before a key."""
    events = _events(desk)
    if before is not None:
        events = events.filter(seq__lt=before)
    newest_first = list(events.order_by("-seq")[: PART + 1])
    part = newest_first[:PART][::-1]
    earlier = part[0].seq if len(newest_first) > PART else None
    return Story(_items(desk, part), earlier, desk.ticket.version)


def since(desk: "Desk", *, after: int) -> Story:
    """What is new after a key."""
    part = list(_events(desk).filter(seq__gt=after).order_by("seq")[:MOST_NEW])
    version = part[-1].seq if len(part) == MOST_NEW else desk.ticket.version
    return Story(_items(desk, part), None, version)


def _events(desk: "Desk") -> TicketEventQuerySet:
    """The door has answered for the ticket: no need to ask `visible_to()` again for each of its rows."""
    events = TicketEvent.objects.filter(ticket=desk.ticket).select_related("actor", "caused_by")
    return events if desk.is_inner else events.filter(is_public=True)


def _items(desk: "Desk", events: Sequence[TicketEvent]) -> list[Said | Happened]:
    messages = _messages(desk, events)
    items: list[Said | Happened] = []
    for line in told(events, to_staff=desk.is_inner):
        event = line.event
        message = messages.get(_message_id(event) or 0)
        if message is None or event.kind not in _SPEAKS_FOR_ITSELF:
            _add(items, line)
        if message is not None:
            items.append(Said(event.seq, message, bool(event.data.get("automatic"))))
    return items


def _add(items: list[Said | Happened], line: Line) -> None:
    if not items or not isinstance(items[-1], Happened):
        items.append(Happened())
    run = items[-1]
    assert isinstance(run, Happened)  # noqa: S101 - tells the type checker
    run.lines.append(line)


def _messages(desk: "Desk", events: Iterable[TicketEvent]) -> dict[int, Message]:
    ids = {pk for event in events if (pk := _message_id(event)) is not None}
    if not ids:
        return {}
    messages = Message.objects.filter(ticket=desk.ticket, pk__in=ids)
    if not desk.is_inner:
        messages = messages.filter(is_internal=False)
    return {message.pk: message for message in messages.select_related("author").prefetch_related("attachments")}


def _message_id(event: TicketEvent) -> int | None:
    if event.kind in _CARRIES_MESSAGE:
        return event.data.get("message")
    return event.data.get("reason") if event.kind == EventKind.PENDED else None
