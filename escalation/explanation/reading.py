"""Explains the clocks of a ticket from its history: four queries at most, however long it is."""

from dataclasses import dataclass, field
from datetime import datetime

from escalation.explanation.holding import Held, Leg, assignments_of, held_between
from escalation.explanation.segments import Period, Segment, segments_between
from escalation.explanation.sentence import sentence_of
from escalation.models import Clock, Metric
from escalation.models.clock import ClockState
from escalation.pauses import pauses_of
from escalation.services.clocking import running_of
from teams.models import User
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class ExplainedClock:
    """`segments` lead from the start to the deadline; while there is none, to where the clock stands still."""

    clock: Clock
    sentence: str
    segments: list[Segment]
    elapsed_seconds: int
    # For a broken promise: who had the ticket meanwhile.
    held: list[Held] = field(default_factory=list)

    @property
    def remaining_seconds(self) -> int:
        return max(0, self.clock.target_seconds - self.elapsed_seconds)


def explained_clocks(ticket: Ticket, *, as_of: datetime) -> list[ExplainedClock]:
    clocks = Clock.objects.filter(ticket=ticket).select_related("policy", "calendar_version").order_by("pk")
    pauses = pauses_of(ticket, as_of=as_of)
    legs = assignments_of(ticket) if any(clock.breached_at for clock in clocks) else []
    people = User.objects.in_bulk({pk for _at, pk in legs if pk is not None}) if legs else {}
    return [
        _explained(clock, pauses if clock.metric == Metric.RESOLUTION else [], legs, people, as_of) for clock in clocks
    ]


def _explained(
    clock: Clock, pauses: list[Period], legs: list[Leg], people: dict[int, User], as_of: datetime
) -> ExplainedClock:
    running = running_of(clock)
    held = []
    if clock.breached_at is not None:
        held = held_between(clock.started_at, clock.stopped_at or as_of, legs, running.calendar, people)
    elapsed = running.elapsed(clock.stopped_at or as_of, paused_at=clock.paused_at)
    return ExplainedClock(
        clock=clock,
        sentence=sentence_of(clock, elapsed_seconds=elapsed, at=as_of),
        segments=segments_between(clock.started_at, _end_of(clock, as_of), running.calendar, pauses),
        elapsed_seconds=elapsed,
        held=held,
    )


def _end_of(clock: Clock, as_of: datetime) -> datetime:
    if clock.state in (ClockState.RUNNING, ClockState.BREACHED) and clock.due_at is not None:
        return clock.due_at
    return clock.paused_at or clock.stopped_at or as_of
