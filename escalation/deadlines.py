"""When a promise falls due. Pure: from a start, a target, the pauses so far and a calendar; no clock on the wall.

W(a, b) are the working seconds between two instants, A(a, s) is the earliest instant with W(a, t) = s.

    elapsed(t) = W(start, t) − Σ W(pauses up to t)
    due_at     = A(start, target + Σ W(closed pauses begun before due_at))
"""

from dataclasses import dataclass
from datetime import datetime

from teams.working_time import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Running:
    """A promise under way. `paused_seconds` are the working seconds of its closed pauses."""

    started_at: datetime
    calendar: WorkingCalendar
    paused_seconds: int = 0

    def reaches(self, elapsed_seconds: int) -> datetime:
        """The instant at which so many working seconds will have elapsed, if nothing pauses it again."""
        return self.calendar.add(self.started_at, max(0, elapsed_seconds) + self.paused_seconds)

    def elapsed(self, at: datetime, *, paused_at: datetime | None = None) -> int:
        """Working seconds used up to `at`; since `paused_at` none are."""
        end = at if paused_at is None else min(at, paused_at)
        return max(0, self.calendar.working_seconds(self.started_at, end) - self.paused_seconds)

    def with_pause(self, since: datetime, until: datetime) -> "Running":
        """The same promise after a pause."""
        more = self.calendar.working_seconds(since, until)
        return Running(self.started_at, self.calendar, self.paused_seconds + more)


def level_due(
    running: Running, target_seconds: int, *, offset_percent: int | None, offset_seconds: int | None
) -> datetime:
    """When a level falls due: a share of the target, or working seconds from the deadline (before it when negative)."""
    if offset_percent is not None:
        return running.reaches(target_seconds * offset_percent // 100)
    return running.reaches(target_seconds + (offset_seconds or 0))
