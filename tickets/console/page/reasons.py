"""A stored decision as a table for people: who was looked at, who was out and why, and what decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.assignment.effort import EIGHTHS
from tickets.assignment.explanation import Names
from tickets.assignment.reading import Explained
from tickets.events import EventKind
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    is_winner: bool
    is_runner_up: bool
    out_because: str
    load: float
    capacity: float
    skills: list[tuple[str, int]]
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Reasons:
    """`is_current` is false when somebody has changed the assignment by hand since."""

    sentence: str
    decided_at: datetime
    is_current: bool
    rows: list[Row]


def reasons(ticket: Ticket, explained: Explained) -> Reasons:
    record, names = explained.decision.record, explained.names
    moves = ticket.events.filter(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED, EventKind.HELD))
    last_move = moves.order_by("-seq").values_list("pk", flat=True).first()
    rows = [_row(row, record, names) for row in record["candidates"]]
    return Reasons(
        sentence=explained.sentence,
        decided_at=datetime.fromisoformat(record["at"]),
        is_current=explained.decision.pk == last_move,
        rows=sorted(rows, key=lambda row: (not row.is_winner, not row.is_runner_up, bool(row.out_because), row.name)),
    )


def _row(row: Mapping[str, Any], record: Mapping[str, Any], names: Names) -> Row:
    facts = row["facts"]
    score = row["score"] or {}
    return Row(
        name=names.people.get(facts["agent"], "?"),
        is_winner=facts["agent"] == record["winner"],
        is_runner_up=facts["agent"] == record["runner_up"],
        out_because=row["out_because"],
        load=facts["load"] / EIGHTHS,
        capacity=facts["capacity"] / EIGHTHS,
        skills=[(names.skills.get(int(skill), "?"), level) for skill, level in facts["skills"].items()],
        minutes=score.get("total"),
    )
