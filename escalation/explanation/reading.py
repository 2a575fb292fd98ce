"""Explains the clocks of a ticket from its history: two queries, however long it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from escalation.explanation.segments import Period, Segment, segments_between
from escalation.explanation.sentence import sentence_of
from escalation.models import Clock, Metric
from escalation.models.clock import ClockState
from escalation.services.clocking import running_of
from tickets.lifecycle import Status
from tickets.models import Ticket

# In these the clock of the resolution stands still.
_STILL = (Status.PENDING_CUSTOMER, Status.RESOLVED)


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """`segments` lead from the start to the deadline; while there is none, to where the clock stands still."""

    clock: Clock
    sentence: str
    segments: list[Segment]
    elapsed_seconds: int

    @property
    def remaining_seconds(self) -> int:
        return max(0, self.clock.target_seconds - self.elapsed_seconds)


def explained_clocks(ticket: Ticket, *, as_of: datetime) -> list[ExplainedClock]:
    clocks = Clock.objects.filter(ticket=ticket).select_related("policy", "calendar_version").order_by("pk")
    pauses = _pauses_of(ticket, as_of)
    return [_explained(clock, pauses if clock.metric == Metric.RESOLUTION else [], as_of) for clock in clocks]


def _explained(clock: Clock, pauses: list[Period], as_of: datetime) -> ExplainedClock:
    running = running_of(clock)
    elapsed = running.elapsed(clock.stopped_at or as_of, paused_at=clock.paused_at)
    return ExplainedClock(
        clock=clock,
        sentence=sentence_of(clock, elapsed_seconds=elapsed, at=as_of),
        segments=segments_between(clock.started_at, _end_of(clock, as_of), running.calendar, pauses),
        elapsed_seconds=elapsed,
    )


def _end_of(clock: Clock, as_of: datetime) -> datetime:
    if clock.state in (ClockState.RUNNING, ClockState.BREACHED) and clock.due_at is not None:
        return clock.due_at
    return clock.paused_at or clock.stopped_at or as_of


def _pauses_of(ticket: Ticket, as_of: datetime) -> list[Period]:
    """When the resolution stood still, the last stretch up to now when it still does."""
    moves = ticket.events.filter(Q(data__status__after__in=_STILL) | Q(data__status__before__in=_STILL))
    return list(_periods(moves.order_by("seq").values_list("at", "data__status__after"), as_of))


def _periods(moves: Iterable[tuple[datetime, str]], as_of: datetime) -> Iterator[Period]:
    since: datetime | None = None
    for at, status in moves:
        if status in _STILL and since is None:
            since = at
        elif status not in _STILL and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, as_of
