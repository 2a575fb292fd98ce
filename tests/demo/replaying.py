"""Plays a loaded ticket once more, through the verbs and sweeps that made its events, and shows rows without their ids."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Model

from escalation.models import Clock, Escalation, EscalationTimer
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from notifications.models import Notification
from teams.models import User
from tickets.events import Cause, EventKind
from tickets.models import (
    AgentLoad,
    AssignmentDecision,
    Category,
    Message,
    OutboxEntry,
    Prediction,
    Priority,
    Ticket,
    TicketEvent,
    Watcher,
)
from tickets.relay import relay
from tickets.services.assigning import assign_ticket
from tickets.services.categorising import change_category
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.following import add_tag
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.opening import open_ticket
from tickets.services.prioritising import change_priority
from tickets.services.resolving import close_resolved_tickets, resolve_ticket

SHOWN: tuple[tuple[type[Model], str], ...] = (
    (Ticket, "pk"),
    (Message, "ticket"),
    (TicketEvent, "ticket"),
    (Clock, "ticket"),
    (EscalationTimer, "ticket"),
    (Escalation, "ticket"),
    (Watcher, "ticket"),
    (Notification, "ticket"),
    (Prediction, "ticket"),
    (OutboxEntry, "event__ticket"),
    (AssignmentDecision, "event__ticket"),
)
# When a row was written is not what it says; the number and the public address are each ticket's own.
_ITS_OWN = {
    "number",
    "public_id",
    "hash",
    "prev_hash",
    "last_event_hash",
    "lease_until",
    "attempts",
    "position",
    "duration_ms",
}
_WRITTEN_AT = {"created_at", "read_at", "since_at", "found_at"}


def shown(ticket: Ticket) -> dict[str, Any]:
    """Every row of a ticket, with ids replaced by their rank, and what its agents carry."""
    rows = {
        model.__name__: list(model._default_manager.filter(**{door: ticket.pk}).order_by("pk").values())
        for model, door in SHOWN
    }
    ranks = {
        name: {row.get("id", row.get("event_id")): rank for rank, row in enumerate(found)}
        for name, found in rows.items()
    }
    result: dict[str, Any] = {name: [_without_ids(row, ranks, name) for row in found] for name, found in rows.items()}
    result["tags"] = sorted(ticket.tags.values_list("name", flat=True))
    result["loads"] = list(AgentLoad.objects.order_by("agent").values_list("agent", "load_eighths", "last_assigned_at"))
    return result


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Each value that is not the same, with where it stands."""
    found = []
    for name, rows in one.items():
        if len(rows) != len(other[name]):
            found.append(f"{name}: {len(rows)} rows, {len(other[name])} rows")
        for rank, (row, twin) in enumerate(zip(rows, other[name], strict=False)):
            if isinstance(row, dict):
                found += [f"{name} {rank} {key}: {row[key]} / {twin[key]}" for key in row if row[key] != twin[key]]
            elif row != twin:
                found.append(f"{name} {rank}: {row} / {twin}")
    return found


def _without_ids(row: dict[str, Any], ranks: dict[str, dict[Any, int]], model: str) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if name not in _ITS_OWN | _WRITTEN_AT and name != "id"}
    for column, of in (
        ("ticket_id", "Ticket"), ("event_id", "TicketEvent"), ("caused_by_id", "TicketEvent"), ("clock_id", "Clock"),
    ):  # fmt: skip
        if kept.get(column) is not None:
            kept[column] = ranks[of][kept[column]]
    if "episode" in kept:
        kept["episode"] = ranks["Clock"][int(kept["episode"].removeprefix("clock:"))]
    if model == "TicketEvent":
        kept["data"] = {key: value for key, value in kept["data"].items() if key != "tag"}
        for key, of in (("message", "Message"), ("clock", "Clock"), ("escalation", "Escalation")):
            if kept["data"].get(key) is not None:
                kept["data"][key] = ranks[of][kept["data"][key]]
    return kept


def play_again(story: Sequence[TicketEvent], messages: dict[int, Message], ticket: Ticket) -> Ticket:
    """`story` are the events of `ticket` as it was loaded; both need not be in the database any more."""
    again: Ticket | None = None
    for position, event in enumerate(story):
        follower = story[position + 1].kind if position + 1 < len(story) and story[position + 1].at == event.at else ""
        if event.kind == EventKind.OPENED:
            again = open_ticket(
                title=ticket.title, description=messages[event.data["message"]].body, requester=ticket.requester,
                by=ticket.requester, channel=ticket.channel, priority=Priority(ticket.requested_priority or Priority.MEDIUM),
                category=Category.objects.filter(slug=event.data["category"]).first(), at=event.at,
            )  # fmt: skip
        elif again is not None:
            _repeat(event, follower, messages, again)
        relay()
    assert again is not None
    again.refresh_from_db()
    return again


def _repeat(event: TicketEvent, follower: str, messages: dict[int, Message], ticket: Ticket) -> None:
    by, at = event.actor, event.at
    if event.cause in (Cause.SHIFT_ENDED, Cause.ABSENCE):
        hand_over_from_absent(as_of=at)
    elif event.cause == Cause.TIME and event.kind == EventKind.CLOSED:
        close_resolved_tickets(as_of=at)
    elif event.cause == Cause.TIME:
        sweep_clocks(as_of=at)
        fire_due_levels(as_of=at)
    elif event.caused_by_id is None and isinstance(by, User):
        _do(event, follower, messages, ticket, by)


def _do(event: TicketEvent, follower: str, messages: dict[int, Message], ticket: Ticket, by: User) -> None:
    at, data = event.at, event.data
    if event.kind == EventKind.REPLIED:
        then = {EventKind.PENDED: AfterSending.WAIT, EventKind.RESOLVED: AfterSending.RESOLVE}
        message = messages[data["message"]]
        reply(
            ticket, body=message.body, by=by, channel=message.channel, at=at,
            then=then.get(follower, AfterSending.SEND) if message.is_from_staff else AfterSending.SEND,
        )  # fmt: skip
    elif event.kind == EventKind.NOTED:
        add_note(ticket, body=messages[data["message"]].body, by=by, at=at)
    elif event.kind == EventKind.RESOLVED:
        resolve_ticket(ticket, by=by, at=at)
    elif event.kind == EventKind.ASSIGNED:
        assign_ticket(ticket, to=User.objects.get(pk=data["assignee"]["after"]), by=by, at=at)
    elif event.kind == EventKind.CATEGORY_CHANGED:
        change_category(ticket, to=Category.objects.get(slug=data["category"]["after"]), by=by, at=at)
    elif event.kind == EventKind.PRIORITY_CHANGED:
        change_priority(ticket, to=Priority.from_slug(data["priority"]["after"]), by=by, at=at)
    elif event.kind == EventKind.TAGGED:
        add_tag(ticket, name="wifi", by=by, at=at)
