"""Deliveries go out: claimed by a lease, asked once more whether they are still true, sent, settled.

A kill between the provider's answer and our commit repeats a send, with the same Message-ID. Nothing else does.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils.timezone import now

from helpdesk.core.text import single_line
from notifications.channels import CHANNELS, SMS, Channel, ChannelDown, PermanentFailure
from notifications.kinds import KINDS
from notifications.models import Delivery
from notifications.services.composing import Composed, compose
from notifications.texting import why_not
from notifications.urgency import is_urgent
from tickets.models import Ticket

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 20
# A run ends well before the worker's time limit, also when the other side is slow.
RUN_SECONDS = 25.0
RETRY_AFTER = [timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)]
# Each wait is moved by up to this share, by the delivery's id, so that a batch that failed at once is not tried at once.
JITTER = 0.2

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Outcome:
    state: str
    text: str
    send_after: datetime | None = None
    is_channel_down: bool = False


def deliver_due(*, as_of: datetime, limit: int = 500) -> int:
    """Send what waits and is due, longest due first. Returns how many deliveries were settled or postponed.

    A channel that is down gets one try a run: what else waits for it keeps its tries for when it works again.
    """
    handled, down, stop_at = 0, set[str](), monotonic() + RUN_SECONDS
    while handled < limit and monotonic() < stop_at:
        claimed = _claim(as_of, min(BATCH, limit - handled), without=down)
        if not claimed:
            break
        batches: dict[str, list[Delivery]] = defaultdict(list)
        for delivery in claimed:
            batches[delivery.channel].append(delivery)
        for name, batch in batches.items():
            tried, is_down = _send_batch(name, batch, stop_at)
            _give_back(batch[tried:])
            handled += tried
            if is_down:
                down.add(name)
    return handled


def try_again(deliveries: Sequence[Delivery], *, at: datetime | None = None) -> int:
    """Bring failed deliveries back to life, with all their attempts before them. Returns how many there were."""
    dead = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], state=State.DEAD)
    return dead.update(state=State.WAITING, attempts=0, send_after=at or now(), lease_until=None)


@transaction.atomic
def _claim(as_of: datetime, size: int, *, without: Collection[str]) -> list[Delivery]:
    """Lease the ones that are longest due. The lease's instant is also the sign by which we know that they are still ours."""
    free = Q(lease_until=None) | Q(lease_until__lte=now())
    due = Delivery.objects.filter(free, state=State.WAITING, send_after__lte=as_of).exclude(channel__in=without)
    ids = list(
        due.order_by("send_after").select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:size]
    )
    Delivery.objects.filter(pk__in=ids).update(lease_until=now() + LEASE)
    claimed = Delivery.objects.filter(pk__in=ids).select_related("recipient__quiet_hours", "recipient__mobile")
    # What is due in the same instant goes out in the order in which it happened.
    return list(claimed.annotate(first_event=Min("notifications__event")).order_by("send_after", "first_event"))


def _send_batch(name: str, batch: Sequence[Delivery], stop_at: float) -> tuple[int, bool]:
    """Send over one connection, as long as there is time and the channel works: how many were tried, and whether it is down."""
    with CHANNELS[name]() as channel:
        for tried, delivery in enumerate(batch):
            if monotonic() > stop_at:
                return tried, False
            if _deliver(delivery, channel):
                return tried + 1, True
    return len(batch), False


def _give_back(deliveries: Sequence[Delivery]) -> None:
    for delivery in deliveries:
        _ours(delivery).update(lease_until=None)


def _ours(delivery: Delivery) -> QuerySet[Delivery]:
    """The row, unless our lease ran out and somebody else has taken it since."""
    return Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, lease_until=delivery.lease_until)


def _deliver(delivery: Delivery, channel: Channel) -> bool:
    """Try one. Returns whether the channel is down. The try is counted before it is made: a crash counts too."""
    quiet_until = _quiet_until(delivery)
    if quiet_until is not None:
        _ours(delivery).update(send_after=quiet_until, lease_until=None)
        return False
    until = now() + LEASE
    if not _ours(delivery).update(lease_until=until, attempts=F("attempts") + 1):
        return False
    delivery.lease_until, delivery.attempts = until, delivery.attempts + 1
    outcome = _attempt(delivery, channel)
    changes: dict[str, Any] = {"state": outcome.state, "outcome": single_line(outcome.text)[:500], "lease_until": None}
    if outcome.state == State.SENT:
        changes["sent_at"] = now()
    if outcome.send_after is not None:
        changes["send_after"] = outcome.send_after
    _ours(delivery).update(**changes)
    log.info(
        "delivery." + outcome.state, delivery_id=str(delivery.pk), channel=delivery.channel, attempts=delivery.attempts
    )
    return outcome.is_channel_down


def _quiet_until(delivery: Delivery) -> datetime | None:
    """When the recipient's quiet hours end: they may have begun since it was prepared. None for what is urgent."""
    hours = getattr(delivery.recipient, "quiet_hours", None)
    until = hours.until(now()) if hours is not None else None
    if until is None:
        return None
    rows = delivery.notifications.select_related("event", "ticket")
    return None if any(is_urgent(row.event, row.ticket, row.reason) for row in rows) else until


def _attempt(delivery: Delivery, channel: Channel) -> Outcome:
    if delivery.attempts > len(RETRY_AFTER) + 1:
        return Outcome(State.DEAD, "The process that sent it was killed each time.")
    try:
        composed, reason = _composed_if_true(delivery)
        if composed is None:
            return Outcome(State.SUPPRESSED, reason)
        return Outcome(State.SENT, channel.send(composed))
    except PermanentFailure as error:
        return Outcome(State.DEAD, str(error))
    except ChannelDown as error:
        return _postponed(delivery, str(error), is_channel_down=True)
    except Exception as error:
        log.warning("delivery.failed", delivery_id=str(delivery.pk), attempts=delivery.attempts, exc_info=error)
        return _postponed(delivery, f"{type(error).__name__}: {error}")


def _composed_if_true(delivery: Delivery) -> tuple[Composed | None, str]:
    """The message about what still holds and may still be seen; else why nothing goes out."""
    reasons, facts = [], []
    rows = delivery.notifications.select_related(
        "event__actor", "ticket__requester", "ticket__assignee", "ticket__team"
    ).order_by("event__seq")
    recipient = delivery.recipient
    for row in rows:
        doors = Ticket.objects.visible_to(recipient) if row.event.is_public else Ticket.objects.worked_by(recipient)
        if not doors.filter(pk=row.ticket_id).exists():
            reasons.append("no_longer_visible")
        elif reason := KINDS[row.kind].outdated(row.event, row.ticket, recipient):
            reasons.append(reason)
        else:
            facts.append(row)
    if not facts:
        return None, ", ".join(dict.fromkeys(reasons)) or "nothing_to_say"
    if delivery.channel == SMS and (reason := why_not(recipient, facts, at=now())):
        return None, reason
    return compose(delivery, facts, at=now()), ""


def _postponed(delivery: Delivery, text: str, *, is_channel_down: bool = False) -> Outcome:
    if delivery.attempts > len(RETRY_AFTER):
        return Outcome(State.DEAD, text, is_channel_down=is_channel_down)
    wait = RETRY_AFTER[delivery.attempts - 1]
    spread = int.from_bytes(hashlib.sha256(delivery.pk.bytes).digest()[:2]) / 0xFFFF * 2 - 1
    return Outcome(State.WAITING, text, now() + wait * (1 + JITTER * spread), is_channel_down)
