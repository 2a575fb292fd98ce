"""What keeps the promises and is not at work: deliveries that failed, sweeps that are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from helpdesk.analytics.scope import Scope
from helpdesk.rounds import all_rounds, late_rounds
from notifications.models import Delivery, Notification, WebhookEndpoint

SHOWN = 4
MOST_COUNTED = 100


@dataclass(frozen=True, slots=True)
class LateSweep:
    name: Any
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failing:
    """`count` stops at MOST_COUNTED: nobody needs to know more exactly."""

    shown: Sequence[Delivery]
    count: int


def dead_deliveries(scope: Scope) -> QuerySet[Delivery]:
    """Those that failed for good and tell of the reader's tickets."""
    dead = Delivery.objects.filter(state=Delivery.State.DEAD)
    if scope.is_everything:
        return dead
    return dead.filter(Exists(_told_of.filter(ticket__in=scope.tickets().values("pk"))))


def failing_deliveries(scope: Scope, *, limit: int = SHOWN) -> Failing:
    """Newest first. Two queries."""
    dead = dead_deliveries(scope).order_by("-created_at")
    found = list(dead.values_list("pk", flat=True)[:MOST_COUNTED])
    shown = dead.filter(pk__in=found[:limit]).select_related("recipient")
    return Failing(list(shown), len(found))


def switched_off_webhooks(scope: Scope) -> list[WebhookEndpoint]:
    """Endpoints that went off by themselves, for administrators. One query for them, none for others."""
    return list(WebhookEndpoint.objects.switched_off()) if scope.is_everything else []


def late_sweeps(*, at: datetime) -> list[LateSweep]:
    """Two queries."""
    return [LateSweep(each.sweep.title, each.ran_at) for each in late_rounds(all_rounds(), at)]


_told_of = Notification.objects.filter(deliveries=OuterRef("pk"))
