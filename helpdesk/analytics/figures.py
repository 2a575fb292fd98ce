"""The catalogue's numbers, read: many counts in one query; durations and shares say of how many tickets."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, Value

from helpdesk.analytics.catalogue import ANSWERED, BROKEN, KEPT, Metric
from helpdesk.analytics.scope import Scope


@dataclass(frozen=True, slots=True)
class Figure:
    """How many tickets a metric counts, and the list of them."""

    metric: Metric
    link: str
    value: int

    @property
    def tone(self) -> str:
        """Nothing to worry about has no colour."""
        return self.metric.tone if self.value else ""


@dataclass(frozen=True, slots=True)
class Day:
    """The last 24 hours: None where there is nothing to tell of."""

    answered: Figure
    median: timedelta | None
    kept: Figure
    percent: int | None
    broken: Figure


class Median(Aggregate):
    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def count(scope: Scope, metrics: Sequence[Metric], *, at: datetime) -> list[Figure]:
    """One query, however many: each number from the index that knows its tickets."""
    first, *others = (
        metric.behind(scope.tickets(), at).order_by().values(metric=Value(metric.slug)).annotate(n=Count("pk"))
        for metric in metrics
    )
    numbers = {row["metric"]: row["n"] for row in first.union(*others, all=True)}
    return [figure(scope, metric, numbers.get(metric.slug, 0), at=at) for metric in metrics]


def last_day(scope: Scope, *, at: datetime) -> Day:
    """Two queries."""
    took = ExpressionWrapper(F("first_responded_at") - F("opened_at"), output_field=DurationField())
    answered = ANSWERED.behind(scope.tickets(), at).aggregate(n=Count("pk"), median=Median(took))
    broke = Q(breached_at__isnull=False)
    kept = KEPT.behind(scope.tickets(), at).aggregate(n=Count("pk"), broken=Count("pk", filter=broke))
    n, broken = kept["n"], kept["broken"]
    return Day(
        answered=figure(scope, ANSWERED, answered["n"], at=at),
        median=answered["median"],
        kept=figure(scope, KEPT, n, at=at),
        percent=percent(n - broken, n),
        broken=figure(scope, BROKEN, broken, at=at),
    )


def figure(scope: Scope, metric: Metric, value: int, *, at: datetime) -> Figure:
    return Figure(metric, scope.link(metric.asks(at)), value)


def percent(part: int, whole: int) -> int | None:
    """Rounded towards the worse: 100 % means all of them."""
    return None if not whole else part * 100 // whole
