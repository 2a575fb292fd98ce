"""Sends hints to open pages: what happened to which ticket, as ids and kinds, never content. Best effort, never in a transaction."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db.models import Count

from notifications.live import groups
from notifications.models import Notification
from tickets.models import TicketEvent, Watcher

log = structlog.get_logger(__name__)

Message = tuple[str, dict[str, Any]]


def send_hints(events: Sequence[TicketEvent]) -> int:
    """Tell every group that may see them. A dead Redis is logged and forgotten: pages refetch when they reconnect."""
    messages = [*_ticket_hints(events), *_inbox_hints(events)]
    try:
        async_to_sync(_send_all)(messages)
    except Exception as error:
        log.warning("live.failed", hints=len(messages), error=type(error).__name__)
        return 0
    return len(messages)


async def _send_all(messages: Iterable[Message]) -> None:
    layer = get_channel_layer()
    for group, hint in messages:
        await layer.group_send(group, {"type": "hint", "hint": hint})


def _ticket_hints(events: Sequence[TicketEvent]) -> list[Message]:
    """Staff hear everything about tickets they work on, customers the public facts of theirs. One query."""
    watchers: dict[int, list[Any]] = defaultdict(list)
    for watcher in Watcher.objects.filter(ticket__in={event.ticket_id for event in events}).select_related("user"):
        watchers[watcher.ticket_id].append(watcher.user)
    messages = []
    for event in events:
        hint = {"kind": event.kind, "ticket": event.ticket.reference, "version": event.seq}
        messages += [(group, hint) for group in sorted(_groups_of(event, watchers[event.ticket_id]))]
    return messages


def _groups_of(event: TicketEvent, watchers: Sequence[Any]) -> set[str]:
    ticket = event.ticket
    listening = {groups.ADMINISTRATORS, groups.of_team(ticket.team_id)}
    # Whoever had it before learns that it is gone.
    before = event.data.get("team", {}).get("before") if isinstance(event.data.get("team"), dict) else None
    if before is not None:
        listening.add(groups.of_team(before))
    if ticket.assignee_id is not None:
        listening.add(groups.of_user(ticket.assignee_id))
    listening |= {groups.of_user(user.pk) for user in watchers if user.is_staff or event.is_public}
    if event.is_public:
        listening.add(groups.of_user(ticket.requester_id))
    return listening


def _inbox_hints(events: Sequence[TicketEvent]) -> list[Message]:
    """How many are unread now, to everybody who was just told something. One query."""
    told = Notification.objects.filter(event__in=events).values("recipient")
    unread = Notification.objects.unread().filter(recipient__in=told).values("recipient").annotate(count=Count("pk"))
    return [
        (groups.of_user(row["recipient"]), {"kind": "inbox", "unread": row["count"]})
        for row in unread.order_by("recipient")
    ]
