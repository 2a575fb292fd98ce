"""A clock in memory: the same arithmetic as `services.clocking`, without a row and without events."""

from dataclasses import dataclass
from datetime import datetime

from escalation.models.clock import BreachCause, ClockState
from escalation.simulation.rules import Promise
from teams.working_time import WorkingCalendar

RUNNING, PAUSED, MET = ClockState.RUNNING.value, ClockState.PAUSED.value, ClockState.MET.value
BREACHED, CANCELLED = ClockState.BREACHED.value, ClockState.CANCELLED.value
LATE, NOBODY = BreachCause.LATE.value, BreachCause.NOBODY_AVAILABLE.value


@dataclass(slots=True)
class PlayedClock:
    metric: str
    cycle: int
    promise: Promise
    hours: WorkingCalendar
    target: int
    warning: int
    started_at: datetime
    state: str = RUNNING
    paused_seconds: int = 0
    paused_at: datetime | None = None
    due_at: datetime | None = None
    warning_at: datetime | None = None
    warned_at: datetime | None = None
    stopped_at: datetime | None = None
    breached_at: datetime | None = None
    cause: str = ""

    @property
    def is_open(self) -> bool:
        return self.state in (RUNNING, PAUSED)

    @property
    def is_moving(self) -> bool:
        return self.state in (RUNNING, BREACHED) and self.stopped_at is None and self.paused_at is None

    def reaches(self, elapsed: int) -> datetime:
        return self.hours.add(self.started_at, max(0, elapsed) + self.paused_seconds)

    def elapsed(self, at: datetime) -> int:
        end = at if self.paused_at is None else min(at, self.paused_at)
        return max(0, self.hours.working_seconds(self.started_at, end) - self.paused_seconds)

    def aim(self) -> None:
        self.due_at, self.warning_at = self.reaches(self.target), self.reaches(self.warning)

    def breach(self, at: datetime, cause: str) -> None:
        self.state, self.breached_at, self.cause = BREACHED, at, cause

    def pause(self, at: datetime) -> None:
        if self.stopped_at is not None or self.paused_at is not None:
            return
        self.paused_at = at
        if self.state == RUNNING:
            self.state, self.due_at, self.warning_at = PAUSED, None, None

    def resume(self, at: datetime, cause: str) -> None:
        since = self.paused_at or self.stopped_at
        if since is None or self.state == CANCELLED:
            return
        self.paused_seconds += self.hours.working_seconds(since, at)
        self.paused_at = self.stopped_at = None
        if self.state != BREACHED:
            self.state = RUNNING
            self.run_on(at, cause)

    def stop(self, at: datetime) -> None:
        if self.stopped_at is not None or self.state == CANCELLED:
            return
        self.stopped_at = at
        if self.is_open:
            self.state, self.warning_at = MET, None

    def cancel(self, at: datetime) -> None:
        if self.stopped_at is not None:
            return
        self.stopped_at = at
        if self.is_open:
            self.state, self.due_at, self.warning_at = CANCELLED, None, None

    def take(self, promise: Promise | None, priority: str) -> bool:
        target = promise.targets[priority].get(self.metric) if promise is not None else None
        if promise is None or target is None:
            return False
        self.promise, self.target = promise, target
        self.warning = target * promise.warning_percent // 100
        return True

    def run_on(self, at: datetime, cause: str) -> None:
        if self.elapsed(at) >= self.target:
            self.due_at = at
            self.breach(at, cause)
        elif self.state == RUNNING:
            self.aim()
