"""Were promises kept, and can we prove that none was missed? Figures of the last days, and the reconciliation of now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Count, QuerySet

from escalation.models import Clock, ClockRepair, EscalationTimer, Metric
from escalation.models.clock import BreachCause, ClockState
from helpdesk.core.models import Heartbeat
from tickets.models import Ticket

# A sweep comes by every five seconds; what is due for longer than this and not marked was missed.
PROMISED_WITHIN = timedelta(seconds=15)
SWEEPS = ("sweep_clocks", "fire_levels", "repair_clocks", "run_automations")

_LAG = """
    SELECT count(*), percentile_cont(ARRAY[0.5, 0.99, 1.0]) WITHIN GROUP (ORDER BY extract(epoch FROM found_at - breached_at))
      FROM escalation_clock
     WHERE breached_at >= %s AND found_at IS NOT NULL AND breach_cause IN ('late', 'nobody_available')
"""


@dataclass(frozen=True, slots=True)
class Lag:
    """Seconds from a breach to its being found."""

    count: int
    median: float
    p99: float
    worst: float


@dataclass(frozen=True, slots=True)
class Kept:
    metric: str
    kept: int
    broken: int
    open: int

    @property
    def percent(self) -> float | None:
        ended = self.kept + self.broken
        return self.kept * 100 / ended if ended else None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What should be nothing: promises that ran out and are not marked, levels that are due, clocks to repair."""

    missed: int
    levels: int
    repairs: int

    @property
    def is_good(self) -> bool:
        return not (self.missed or self.levels or self.repairs)


def reconciliation(*, as_of: datetime) -> Reconciliation:
    """Asks every clock, not the sweep's notes. Three indexed counts."""
    until = as_of - PROMISED_WITHIN
    return Reconciliation(
        missed=Clock.objects.missed(until).count(),
        levels=EscalationTimer.objects.to_fire(until).count(),
        repairs=ClockRepair.objects.count(),
    )


def lag(*, since: datetime) -> Lag | None:
    with connection.cursor() as cursor:
        cursor.execute(_LAG, [since])
        count, spread = cursor.fetchone()
    return Lag(count, *(round(value, 1) for value in spread)) if count else None


def kept(*, since: datetime) -> list[Kept]:
    """Clocks that began since then, by what they promise."""
    rows = Clock.objects.filter(started_at__gte=since).values("metric", "state").annotate(count=Count("pk"))
    by_metric: dict[str, dict[str, int]] = {str(metric): {} for metric in Metric}
    for row in rows:
        by_metric[row["metric"]][row["state"]] = row["count"]
    return [
        Kept(
            str(Metric(metric).label),
            counts.get(ClockState.MET, 0),
            counts.get(ClockState.BREACHED, 0),
            counts.get(ClockState.RUNNING, 0) + counts.get(ClockState.PAUSED, 0),
        )
        for metric, counts in by_metric.items()
    ]


def causes(*, since: datetime) -> list[tuple[str, int]]:
    rows = Clock.objects.filter(breached_at__gte=since).values_list("breach_cause").annotate(count=Count("pk"))
    return [(str(BreachCause(cause).label), count) for cause, count in rows.order_by("-count")]


def found_last(*, since: datetime, among: "QuerySet[Ticket]", most: int = 10) -> "QuerySet[Clock, Any]":
    """The latest found of the tickets `among`, those first that were found latest after their breach."""
    found = Clock.objects.filter(breached_at__gte=since, found_at__isnull=False, ticket__in=among)
    late = found.filter(breach_cause__in=[BreachCause.LATE, BreachCause.NOBODY_AVAILABLE])
    return late.select_related("ticket").order_by("-breached_at")[:most]


def heartbeats() -> list[Heartbeat]:
    return list(Heartbeat.objects.filter(name__in=SWEEPS).order_by("name"))
