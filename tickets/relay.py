"""The relay: hands every committed event to those who must act on it, at least once, in batches.

Claim by lease → commit → let each listener act → commit with the next position. A crash in between leaves the lease to
run out and the batch to be done again; listeners are idempotent by unique keys.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction
from django.db.models import F
from django.utils.timezone import now

from tickets.models import OutboxEntry, TicketEvent

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 200
# Entries that keep failing wait longer each time, and stay visible with their error.
RETRY_AFTER = [timedelta(seconds=s) for s in (5, 30, 120, 600, 3600)]

Listener = Callable[[Sequence[TicketEvent]], None]
_listeners: list[Listener] = []
_followers: list[Listener] = []


def on_committed_events(listener: Listener) -> Listener:
    """Register a listener. It may run twice for the same event, and it must make the second run a no-op."""
    _listeners.append(listener)
    return listener


def after_relaying(listener: Listener) -> Listener:
    """Register a listener for what may be lost in a crash: called once the batch is committed, with no lock held.

    It deals with its own errors.
    """
    _followers.append(listener)
    return listener


def relay(*, as_of: datetime | None = None, limit: int = 2000) -> int:
    """Handle what waits in the outbox, oldest first. Returns how many events were handled."""
    handled = 0
    while handled < limit:
        claimed = _claim(as_of or now(), min(BATCH, limit - handled))
        if not claimed:
            break
        handled += _handle(claimed)
    return handled


def _claim(as_of: datetime, size: int) -> list[int]:
    """Lease the oldest waiting entries. The attempt is counted before it is made: a crash counts too."""
    with transaction.atomic():
        ids = list(
            OutboxEntry.objects.filter(position=None, lease_until__lte=as_of)
            .order_by("event_id")
            .select_for_update(skip_locked=True, no_key=True)
            .values_list("event_id", flat=True)[:size]
        )
        OutboxEntry.objects.filter(event_id__in=ids).update(lease_until=as_of + LEASE, attempts=F("attempts") + 1)
    return ids


def _handle(ids: list[int]) -> int:
    """Do the batch; on an error halve it until the poisoned event is alone, and step over that one."""
    try:
        with transaction.atomic():
            events = list(
                TicketEvent.objects.filter(pk__in=ids)
                .select_related("ticket__requester", "ticket__assignee", "ticket__team", "ticket__category", "actor")
                .order_by("pk")
            )
            for listener in _listeners:
                listener(events)
            _settle(ids)
    except Exception as error:
        if len(ids) > 1:
            middle = len(ids) // 2
            return _handle(ids[:middle]) + _handle(ids[middle:])
        _postpone(ids[0], error)
        return 0
    for follower in _followers:
        follower(events)
    return len(ids)


def _settle(ids: list[int]) -> None:
    """Give the entries the next positions, in the order in which batches commit.

    The lock is held until the commit: a reader by position never sees a lower position appear after a higher one.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_POSITION_LOCK])
        cursor.execute(
            """
            UPDATE tickets_outboxentry AS entry SET position = last.position + numbered.rank, last_error = ''
            FROM (SELECT coalesce(max(position), 0) AS position FROM tickets_outboxentry) AS last,
                 (SELECT event_id, row_number() OVER (ORDER BY event_id) AS rank
                    FROM unnest(%s::bigint[]) AS event_id) AS numbered
            WHERE entry.event_id = numbered.event_id AND entry.position IS NULL
            """,
            [ids],
        )


# Any constant of ours; advisory locks are told apart by number only.
_POSITION_LOCK = 0x48454C50


def _postpone(event_id: int, error: Exception) -> None:
    entry = OutboxEntry.objects.get(pk=event_id)
    wait = RETRY_AFTER[min(entry.attempts, len(RETRY_AFTER)) - 1]
    log.error("relay.event_failed", event_id=event_id, attempts=entry.attempts, exc_info=error)
    OutboxEntry.objects.filter(pk=event_id, position=None).update(
        lease_until=now() + wait, last_error=f"{type(error).__name__}: {error}"[:500]
    )
