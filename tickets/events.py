"""The spine: every change becomes one event here, and everything else follows from that event.

`record` writes the event and its outbox entry in the transaction of the change, then tells the rules that run inside
that transaction (clocks) through one signal. After the commit one wake-up goes out, whatever the number of events.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from django.db import connection, transaction
from django.dispatch import Signal
from django.utils.timezone import now

from helpdesk.core.statements import Statement, insertion, rows, saved, updating
from teams.models import User
from tickets.models import Ticket, TicketEvent
from tickets.wake_up import wake_after_commit

log = structlog.get_logger(__name__)

# Sent once a call with `facts`, a list of RecordedFact, inside the transaction. Receivers isolate themselves.
facts_recorded = Signal()

# The system's own acts never start an endless chain.
MAX_DEPTH = 10


class EventKind:
    """The kinds that tickets record. Apps above add their own with `register_kinds`."""

    OPENED = "ticket.opened"
    ROUTED = "ticket.routed"
    ASSIGNED = "ticket.assigned"
    UNASSIGNED = "ticket.unassigned"
    HELD = "ticket.held"
    STARTED = "ticket.started"
    REPLIED = "ticket.replied"
    NOTED = "ticket.noted"
    PENDED = "ticket.pended"
    RESUMED = "ticket.resumed"
    RESOLVED = "ticket.resolved"
    REOPENED = "ticket.reopened"
    CLOSED = "ticket.closed"
    PRIORITY_CHANGED = "ticket.priority_changed"
    CATEGORY_CHANGED = "ticket.category_changed"
    TAGGED = "ticket.tagged"
    UNTAGGED = "ticket.untagged"
    WATCHER_ADDED = "ticket.watcher_added"
    WATCHER_REMOVED = "ticket.watcher_removed"
    ATTACHMENT_REMOVED = "ticket.attachment_removed"
    LINKS_REVOKED = "ticket.links_revoked"
    DUPLICATED = "ticket.duplicated"
    THANKED = "ticket.thanked"
    INCIDENT_SUSPECTED = "ticket.incident_suspected"
    INCIDENT_JOINED = "ticket.incident_joined"
    INCIDENT_LEFT = "ticket.incident_left"


# What a customer may see of the history. The rest is for staff.
_PUBLIC_KINDS = {
    EventKind.OPENED,
    EventKind.REPLIED,
    EventKind.STARTED,
    EventKind.PENDED,
    EventKind.RESUMED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.CLOSED,
}
_KNOWN_KINDS = {value for name, value in vars(EventKind).items() if name.isupper()}


def register_kinds(*kinds: str) -> None:
    """Let an app above record kinds of its own. They are for staff only."""
    _KNOWN_KINDS.update(kinds)


def known_kinds() -> frozenset[str]:
    return frozenset(_KNOWN_KINDS)


class Cause:
    """Why something happened, beside who did it."""

    REQUEST = "request"  # somebody asked for it, through a page, the API or a mail
    ASSIGNMENT = "assignment"  # the opening or a change asked for a person
    SHIFT_STARTED = "shift_started"  # a reservation began
    HOLD_ENDED = "hold_ended"  # a held ticket has waited long enough, or somebody is free
    ABSENCE = "absence"  # the assignee is absent
    SHIFT_ENDED = "shift_ended"  # the assignee's shift ends before the deadline
    AGENT_GONE = "agent_gone"  # the assignee is no agent any more
    UNTOUCHED = "untouched"  # nobody touched it for half of its first response time
    TIME = "time"  # an instant has come
    ESCALATION = "escalation"  # a level fired
    UNDO = "undo"  # whoever did something took it back at once
    DUPLICATE = "duplicate"  # the same was asked before
    REBALANCED = "rebalanced"  # a lead let the untouched tickets be spread anew
    AUTOMATION = "automation"  # an automation acted
    TRIAGE = "triage"  # new tickets were compared with each other
    INCIDENT = "incident"  # one answer for all tickets of an incident


@dataclass(frozen=True, slots=True)
class Fact:
    """What is to be recorded: `ticket` as it is after the change, locked by the caller."""

    ticket: Ticket
    kind: str
    actor: User | None = None
    cause: str = Cause.REQUEST
    caused_by: TicketEvent | None = None
    at: datetime | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RecordedFact:
    fact: Fact
    event: TicketEvent


class ChainTooDeep(RuntimeError):
    """The system reacted to itself MAX_DEPTH times. The act that would have been next is not done."""


def record(
    ticket: Ticket,
    kind: str,
    *,
    actor: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
    data: Mapping[str, Any] | None = None,
    saving: Sequence[str] = (),
    beside: Sequence[Statement] = (),
) -> TicketEvent:
    """Append one event to a locked ticket. See `record_many`."""
    return record_many([Fact(ticket, kind, actor, cause, caused_by, at, data or {})], saving=saving, beside=beside)[0]


def record_many(
    facts: Sequence[Fact], *, saving: Sequence[str] = (), beside: Sequence[Statement] = ()
) -> list[TicketEvent]:
    """Append events to locked tickets: one statement whatever their number, plus what the rules need.

    What the change itself did is written in it, too: `saving` names the fields of the tickets, beside those that are
    `unwritten` (of one that is being opened nothing is written until an event saves fields, or its opening ends); `beside`
    are statements about other rows, which may read the events' ids from
    `recorded (id, ticket_id, seq)`.
    `at` never decreases within a ticket: an earlier instant becomes that of the ticket's last event. Sets `version`,
    `updated_at` and `last_event_hash` on the ticket objects as well. Raises ChainTooDeep; must run in a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("Events are recorded in the transaction of the change that they tell of.")
    events = [append(fact) for fact in facts]
    _save(events, list({fact.ticket.pk: fact.ticket for fact in facts}.values()), saving, beside)
    recorded = [RecordedFact(fact, event) for fact, event in zip(facts, events, strict=True)]
    facts_recorded.send(sender=TicketEvent, facts=recorded)
    wake_after_commit("tickets.tasks.relay", queue="pulse")
    for event in events:
        transaction.on_commit(lambda event=event: _log(event))  # type: ignore[misc]
    return events


def chain_hash(event: TicketEvent) -> str:
    """SHA-256 over the event's own content and the hash before it."""
    content = {
        "ticket": event.ticket_id,
        "seq": event.seq,
        "kind": event.kind,
        "actor": event.actor_id,
        "cause": event.cause,
        "caused_by": event.caused_by_id,
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "data": event.data,
        "prev_hash": event.prev_hash,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken_link(ticket: Ticket) -> int | None:
    """The seq of the first event that does not fit the chain, or of the missing last one; None when all is well."""
    prev_hash, seq = "", 0
    for event in TicketEvent.objects.filter(ticket=ticket).order_by("seq").iterator():
        seq += 1
        if event.seq != seq or event.prev_hash != prev_hash or event.hash != chain_hash(event):
            return seq
        prev_hash = event.hash
    return None if (seq, prev_hash) == (ticket.version, ticket.last_event_hash) else seq + 1


def append(fact: Fact) -> TicketEvent:
    """Chain the event to its ticket, both in memory only."""
    if fact.kind not in _KNOWN_KINDS:
        raise ValueError(f"{fact.kind!r} is no known kind of event.")
    depth = 0 if fact.caused_by is None else fact.caused_by.depth + 1
    if fact.caused_by is not None and depth > MAX_DEPTH:
        log.error("event.chain_too_deep", ticket_id=fact.ticket.pk, kind=fact.kind, caused_by=fact.caused_by.pk)
        raise ChainTooDeep(f"{fact.kind} on ticket {fact.ticket.pk}: the system answered itself {MAX_DEPTH} times.")
    ticket = fact.ticket
    at = fact.at or now()
    if ticket.version:
        at = max(at, ticket.updated_at)
    ticket.version += 1
    event = TicketEvent(
        ticket=ticket,
        seq=ticket.version,
        kind=fact.kind,
        actor=fact.actor,
        cause=fact.cause,
        caused_by=fact.caused_by,
        depth=depth,
        is_public=fact.kind in _PUBLIC_KINDS,
        at=at,
        data=dict(fact.data),
        prev_hash=ticket.last_event_hash,
    )
    event.hash = chain_hash(event)
    ticket.updated_at, ticket.last_event_hash = at, event.hash
    return event


# What each event changes on its ticket, and what is written with it unless the ticket is being opened.
_TAIL = ("version", "updated_at", "last_event_hash")
_SAVE = """
    WITH recorded AS ({insert} RETURNING id, ticket_id, seq),
         owed AS (INSERT INTO tickets_outboxentry (event_id, attempts, last_error) SELECT id, 0, '' FROM recorded) {beside}
    SELECT id, ticket_id, seq FROM recorded
"""


def _save(
    events: Sequence[TicketEvent], tickets: Sequence[Ticket], saving: Sequence[str], beside: Sequence[Statement]
) -> None:
    """The events, what the relay owes them, and the tails of their tickets. Ids come back in no promised order.

    The tail of a ticket that is being opened waits for what else is written about it: one version of its row less.
    """
    if not events:
        return
    insert, inserted = insertion(events)
    statements = [*beside]
    unwritten = [ticket.unwritten for ticket in tickets if ticket.unwritten is not None]
    if not saving and len(unwritten) == len(tickets):
        for names in unwritten:
            names.update(_TAIL)
    else:
        statements.append(updating(tickets, sorted({*_TAIL, *saving}.union(*unwritten))))
        for names in unwritten:
            names.clear()
    others = "".join(f", beside_{place} AS ({sql})" for place, (sql, _values) in enumerate(statements))
    values = [*inserted, *(value for _sql, its in statements for value in its)]
    found = rows(_SAVE.format(insert=insert, beside=others), *values)
    keys = {(ticket, seq): key for key, ticket, seq in found}
    for event in events:
        event.pk = keys[event.ticket_id, event.seq]
        saved(event)


def _log(event: TicketEvent) -> None:
    log.info(event.kind, ticket_id=event.ticket_id, seq=event.seq, actor_id=event.actor_id, cause=event.cause)
