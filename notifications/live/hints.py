"""Sends hints to open pages: what happened to which ticket, as ids and kinds, never content. Best effort, never in a transaction."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from notifications.live import groups
from notifications.models import Notification
from teams.models import User
from tickets.events import EventKind
from tickets.models import Draft, TicketEvent, Watcher

log = structlog.get_logger(__name__)

Message = tuple[str, dict[str, Any]]
# A Redis that neither works nor says no must not hold up the relay.
PATIENCE_SECONDS = 5


def send_hints(events: Sequence[TicketEvent]) -> int:
    """Tell every group that may see them. A dead Redis is logged and forgotten: pages refetch when they reconnect."""
    messages: list[Message] = []
    try:
        messages = [*_ticket_hints(events), *_inbox_hints(events)]
        async_to_sync(_send_all)(messages)
    except Exception as error:
        log.warning("live.failed", hints=len(messages), error=type(error).__name__)
        return 0
    return len(messages)


def tell_author(draft: Draft) -> None:
    """A reply did not go out and is a draft again: the open pages of its author say so."""
    told = {"type": "draft.hint", "ticket": draft.ticket.reference}
    try:
        async_to_sync(_send_all)([(groups.of_user(draft.author_id), told)])
    except Exception as error:
        log.warning("live.failed", hints=1, error=type(error).__name__)


async def _send_all(messages: Iterable[Message]) -> None:
    layer = get_channel_layer()
    async with asyncio.timeout(PATIENCE_SECONDS):
        for group, message in messages:
            await layer.group_send(group, message)


def _ticket_hints(events: Sequence[TicketEvent]) -> list[Message]:
    """Staff hear everything about tickets they work on, customers the public facts of theirs. One query."""
    watchers: dict[int, list[User]] = defaultdict(list)
    for watcher in Watcher.objects.filter(ticket__in={event.ticket_id for event in events}).select_related("user"):
        watchers[watcher.ticket_id].append(watcher.user)
    messages: list[Message] = []
    for event in events:
        listening, left = _groups_of(event, watchers[event.ticket_id]), _left_behind_by(event)
        hint = {
            "kind": event.kind,
            "ticket": event.ticket.reference,
            "id": str(event.ticket.public_id),
            "version": event.seq,
        }
        told = {"type": "ticket.hint", "hint": hint, "ticket_id": event.ticket_id, "is_public": event.is_public}
        messages += [(group, told) for group in sorted(listening)]
        messages += [(group, {"type": "refresh.hint"}) for group in sorted(left - listening)]
    return messages


def _groups_of(event: TicketEvent, watchers: Sequence[User]) -> set[str]:
    ticket = event.ticket
    listening = {groups.ADMINISTRATORS, groups.of_team(ticket.team_id)}
    if ticket.assignee_id is not None:
        listening.add(groups.of_user(ticket.assignee_id))
    listening |= {groups.of_user(user.pk) for user in watchers if user.is_staff or event.is_public}
    if event.is_public:
        listening |= {groups.of_user(ticket.requester_id), groups.of_guests(ticket.pk)}
    return listening


def _left_behind_by(event: TicketEvent) -> set[str]:
    """Whoever had the ticket before and perhaps may not see it any more: their pages fetch again, and it is gone."""
    left = set()
    for what, group in (("team", groups.of_team), ("assignee", groups.of_user)):
        change = event.data.get(what)
        if isinstance(change, dict) and change["before"] is not None:
            left.add(group(change["before"]))
    if event.kind == EventKind.WATCHER_REMOVED:
        left.add(groups.of_user(event.data["user"]))
    return left


def _inbox_hints(events: Sequence[TicketEvent]) -> list[Message]:
    """To everybody who was just told something. One query; whoever is listening counts what is unread."""
    told = Notification.objects.filter(event__in=events).values_list("recipient", flat=True).distinct()
    return [(groups.of_user(pk), {"type": "inbox.hint"}) for pk in told.order_by("recipient")]
