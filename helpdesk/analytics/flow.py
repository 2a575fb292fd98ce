"""What came in and what went out today, hour by hour, and the picture of it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, DateTimeField, DurationField, ExpressionWrapper, F, Func, IntegerField, Value
from django.utils.timezone import localtime

from helpdesk.analytics.catalogue import ARRIVED, RESOLVED, Metric, between, midnight
from helpdesk.analytics.scope import Scope

HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """`is_running` is the hour that is not over yet; `is_ahead` has not begun. Links lead to the tickets of the hour."""

    since: datetime
    arrived: int
    resolved: int
    arrived_link: str
    resolved_link: str
    is_running: bool
    is_ahead: bool


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    kind: str
    is_running: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of the scale with its number, or a label of the time axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    bars: list[Bar]
    lines: list[Mark]
    hours: list[Mark]
    width: int
    height: int


def today(scope: Scope, *, at: datetime) -> list[Hour]:
    """Every hour of the reader's day, 23 or 25 when the clocks change. Two queries."""
    begins = midnight(at)
    ends = midnight(begins + timedelta(hours=36))
    arrived, resolved = (_by_hour(scope, metric, column, at) for metric, column in _COLUMNS)
    hours: list[Hour] = []
    since = begins.astimezone(UTC)
    while since < ends:
        number, until = len(hours), since + HOUR
        # The hour that is running is counted up to now, and so is its list.
        counted_until = min(until, at) if since < at else until
        hours.append(
            Hour(
                since=localtime(since),
                arrived=arrived.get(number, 0),
                resolved=resolved.get(number, 0),
                arrived_link=scope.link(between("opened", since, counted_until)),
                resolved_link=scope.link(between("resolved", since, counted_until)),
                is_running=since <= at < until,
                is_ahead=since > at,
            )
        )
        since = until
    return hours


def chart(hours: list[Hour], *, width: int = 720, height: int = 200) -> Chart:
    """Two bars an hour from a zero line. Numbers stand at the left, hours below."""
    left, bottom, top = 28, 22, 8
    most = _round_up(max([1, *(max(hour.arrived, hour.resolved) for hour in hours)]))
    scale = (height - bottom - top) / most
    step = (width - left) / len(hours)
    floor = height - bottom
    bars = [
        Bar(
            round(left + number * step + step * (0.14 if kind == "arrived" else 0.52), 1),
            round(floor - value * scale, 1),
            round(step * 0.34, 1),
            round(value * scale, 1),
            kind,
            hour.is_running,
        )
        for number, hour in enumerate(hours)
        for kind, value in (("arrived", hour.arrived), ("resolved", hour.resolved))
        if value
    ]
    steps = [0, most] if most == 1 else [0, most // 2, most]
    return Chart(
        bars,
        [Mark(left, round(floor - value * scale, 1), str(value)) for value in steps],
        [
            Mark(round(left + (number + 0.5) * step, 1), height - 6, f"{hour.since:%H}")
            for number, hour in enumerate(hours)
            if hour.since.hour % 3 == 0
        ],
        width,
        height,
    )


_COLUMNS = ((ARRIVED, "opened_at"), (RESOLVED, "resolved_at"))


def _by_hour(scope: Scope, metric: Metric, column: str, at: datetime) -> dict[int, int]:
    """Counts by the number of whole hours since midnight: no zone, so no hour that comes twice."""
    since = ExpressionWrapper(
        F(column) - Value(midnight(at), output_field=DateTimeField()), output_field=DurationField()
    )
    hour = Func(
        since,
        function="floor",
        template="%(function)s(extract(epoch FROM %(expressions)s) / 3600)::int",
        output_field=IntegerField(),
    )
    rows = metric.behind(scope.tickets(), at).order_by().values(hour=hour).annotate(n=Count("pk"))
    return {row["hour"]: row["n"] for row in rows}


def _round_up(most: int) -> int:
    """To a number that halves well: 1, 2, 4, 10, 20, 40, 100 …"""
    size = 1
    while True:
        for step in (1, 2, 4):
            if most <= step * size:
                return step * size
        size *= 10
