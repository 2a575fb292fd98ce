"""Who had a ticket while a promise ran: working seconds a person, from the history of its assignments."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from teams.models import User
from teams.working_time import WorkingCalendar
from tickets.events import EventKind
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Held:
    """`person` is None for the time in which nobody had it."""

    person: User | None
    working_seconds: int


Leg = tuple[datetime, int | None]


def assignments_of(ticket: Ticket) -> list[Leg]:
    """From when on who had it. One query."""
    moves = ticket.events.filter(kind__in=[EventKind.ASSIGNED, EventKind.UNASSIGNED]).order_by("seq")
    return [(at, data["assignee"]["after"]) for at, data in moves.values_list("at", "data")]


def held_between(
    start: datetime, end: datetime, legs: Iterable[Leg], calendar: WorkingCalendar, people: dict[int, User]
) -> list[Held]:
    """In the order in which they first had it; together it is all the working time between the two."""
    seconds: dict[int | None, int] = {}
    since, holder = start, None
    for at, after in [*legs, (end, None)]:
        until = min(max(at, start), end)
        if until > since:
            seconds[holder] = seconds.get(holder, 0) + calendar.working_seconds(since, until)
            since = until
        holder = after
    return [Held(people.get(pk) if pk is not None else None, worked) for pk, worked in seconds.items() if worked or pk]
