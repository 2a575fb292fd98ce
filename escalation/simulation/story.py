"""What happened on tickets, read from history in bulk: one row an event, grouped by ticket."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db import connection

from tickets.events import EventKind

# What promises and levels depend on. The rest of history is not read.
_KINDS = (
    EventKind.OPENED,
    EventKind.REPLIED,
    EventKind.NOTED,
    EventKind.STARTED,
    EventKind.PENDED,
    EventKind.RESUMED,
    EventKind.RESOLVED,
    EventKind.REOPENED,
    EventKind.ASSIGNED,
    EventKind.UNASSIGNED,
    EventKind.HELD,
    EventKind.ROUTED,
    EventKind.PRIORITY_CHANGED,
    EventKind.CATEGORY_CHANGED,
    EventKind.TAGGED,
    EventKind.UNTAGGED,
)
_READ = """
    SELECT event.ticket_id, event.id, event.kind, event.at, event.cause, event.actor_id IS NOT NULL AS is_by_person,
           event.data, ticket.number, ticket.channel, ticket.organisation_id, organisation.name
      FROM tickets_ticket AS ticket
      JOIN tickets_ticketevent AS event ON event.ticket_id = ticket.id
      LEFT JOIN teams_organisation AS organisation ON organisation.id = ticket.organisation_id
     WHERE ticket.id = ANY(%s) AND event.kind = ANY(%s)
     ORDER BY event.ticket_id, event.seq
"""


class Happened(NamedTuple):
    pk: int
    kind: str
    at: datetime
    cause: str
    is_by_person: bool
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Story:
    ticket: int
    number: int
    channel: str
    organisation: int | None
    organisation_name: str | None
    events: list[Happened]


def stories_of(tickets: list[int]) -> Iterator[Story]:
    """One statement for all of them; in the order of their ids."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, [tickets, list(_KINDS)])
        rows = cursor.fetchall()
    for ticket, group in groupby(rows, key=itemgetter(0)):
        lines = list(group)
        first = lines[0]
        events = [Happened(line[1], line[2], line[3], line[4], line[5], _parsed(line[6])) for line in lines]
        yield Story(ticket, first[7], first[8], first[9], first[10], events)


def _parsed(data: Any) -> dict[str, Any]:
    return json.loads(data) if isinstance(data, str) else data
