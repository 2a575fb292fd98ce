"""How long a ticket may wait before somebody must have it."""

from datetime import datetime

from teams.working_time import WorkingCalendar


def half_used_at(start: datetime, due: datetime, calendar: WorkingCalendar) -> datetime:
    """The instant at which half of the working time between `start` and `due` is used."""
    return calendar.add(start, calendar.working_seconds(start, due) // 2)
