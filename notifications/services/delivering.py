"""Deliveries go out: claimed by a lease, asked once more whether they are still true, sent, settled.

A kill between the provider's answer and our commit repeats a send, with the same Message-ID. Nothing else does.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import transaction
from django.db.models import F, Q
from django.utils.timezone import now

from notifications.channels import CHANNELS, Channel, PermanentFailure
from notifications.kinds import KINDS
from notifications.models import Delivery
from notifications.services.composing import Composed, compose
from tickets.models import Ticket

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=60)
BATCH = 20
RETRY_AFTER = [timedelta(seconds=s) for s in (5, 30, 120, 600, 3600, 4 * 3600, 12 * 3600, 24 * 3600)]
# Each wait is moved by up to this share, by the delivery's id, so that a batch that failed at once is not tried at once.
JITTER = 0.2

State = Delivery.State


@dataclass(frozen=True, slots=True)
class Outcome:
    state: str
    text: str
    send_after: datetime | None = None


def deliver_due(*, as_of: datetime, limit: int = 500) -> int:
    """Send what waits and is due. Returns how many deliveries were settled or postponed."""
    handled = 0
    while handled < limit:
        claimed = _claim(as_of, min(BATCH, limit - handled))
        if not claimed:
            break
        for name in sorted({delivery.channel for delivery in claimed}):
            with CHANNELS[name]() as channel:
                for delivery in claimed:
                    if delivery.channel == name:
                        _deliver(delivery, channel)
        handled += len(claimed)
    return handled


def try_again(deliveries: Sequence[Delivery], *, at: datetime | None = None) -> int:
    """Bring failed deliveries back to life, with all their attempts before them. Returns how many there were."""
    dead = Delivery.objects.filter(pk__in=[delivery.pk for delivery in deliveries], state=State.DEAD)
    return dead.update(state=State.WAITING, attempts=0, send_after=at or now(), lease_until=None)


@transaction.atomic
def _claim(as_of: datetime, size: int) -> list[Delivery]:
    """Lease the ones that are longest due. The attempt is counted before it is made: a crash counts too."""
    free = Q(lease_until=None) | Q(lease_until__lte=as_of)
    due = Delivery.objects.filter(free, state=State.WAITING, send_after__lte=as_of)
    ids = list(
        due.order_by("send_after").select_for_update(skip_locked=True, of=("self",)).values_list("pk", flat=True)[:size]
    )
    Delivery.objects.filter(pk__in=ids).update(lease_until=now() + LEASE, attempts=F("attempts") + 1)
    return list(Delivery.objects.filter(pk__in=ids).select_related("recipient").order_by("send_after"))


def _deliver(delivery: Delivery, channel: Channel) -> None:
    """Send one, if it is still ours and still true."""
    mine = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING, attempts=delivery.attempts)
    if not mine.update(lease_until=now() + LEASE):
        return
    outcome = _attempt(delivery, channel)
    changes: dict[str, Any] = {"state": outcome.state, "outcome": outcome.text[:500], "lease_until": None}
    if outcome.state == State.SENT:
        changes["sent_at"] = now()
    if outcome.send_after is not None:
        changes["send_after"] = outcome.send_after
    mine.update(**changes)
    log.info(
        "delivery." + outcome.state, delivery_id=str(delivery.pk), channel=delivery.channel, attempts=delivery.attempts
    )


def _attempt(delivery: Delivery, channel: Channel) -> Outcome:
    try:
        composed, reason = _composed_if_true(delivery)
        if composed is None:
            return Outcome(State.SUPPRESSED, reason)
        return Outcome(State.SENT, channel.send(composed))
    except PermanentFailure as error:
        return Outcome(State.DEAD, str(error))
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
    return compose(delivery, facts, at=now()), ""


def _postponed(delivery: Delivery, text: str) -> Outcome:
    if delivery.attempts > len(RETRY_AFTER):
        return Outcome(State.DEAD, text)
    wait = RETRY_AFTER[delivery.attempts - 1]
    spread = int.from_bytes(hashlib.sha256(delivery.pk.bytes).digest()[:2]) / 0xFFFF * 2 - 1
    return Outcome(State.WAITING, text, now() + wait * (1 + JITTER * spread))
