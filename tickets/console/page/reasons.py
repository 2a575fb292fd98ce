"""A decision as people read it: the way from the ticket to its agent, who was looked at, and what has changed since."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from tickets.assignment.assessment import Rung
from tickets.assignment.comparing import Change
from tickets.assignment.effort import EIGHTHS
from tickets.assignment.explanation import Names
from tickets.assignment.reading import Explained, Now
from tickets.assignment.words import OUT_BECAUSE, RUNGS, WHY_THIS_TEAM, difference_names
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
    ahead: float | None
    skills: list[tuple[str, int]]
    parts: Mapping[str, int]

    @property
    def minutes(self) -> int | None:
        """What the customer would wait, more or less."""
        return -self.parts["total"] if "total" in self.parts else None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the replay: what it asked, and what came of it."""

    name: str
    outcome: str
    found: int | None = None


@dataclass(frozen=True, slots=True)
class Reasons:
    """`is_current` is false when somebody has changed the assignment by hand since."""

    sentence: str
    decided_at: datetime
    is_current: bool
    winner: str
    runner_up: str
    decided_by: list[str]
    steps: list[Step]
    rows: list[Row]


def reasons(ticket: Ticket, explained: Explained) -> Reasons:
    record, names = explained.decision.record, explained.names
    moves = ticket.events.filter(kind__in=(EventKind.ASSIGNED, EventKind.UNASSIGNED, EventKind.HELD))
    last_move = moves.order_by("-seq").values_list("pk", flat=True).first()
    return Reasons(
        sentence=explained.sentence,
        decided_at=datetime.fromisoformat(record["at"]),
        is_current=explained.decision.pk == last_move,
        winner=names.people.get(record["winner"], ""),
        runner_up=names.people.get(record["runner_up"], ""),
        decided_by=difference_names(record),
        steps=_steps(ticket, record, names),
        rows=rows_of(record, names),
    )


def rows_of(record: Mapping[str, Any], names: Names) -> list[Row]:
    rows = [_row(row, record, names) for row in record["candidates"]]
    return sorted(rows, key=lambda row: (not row.is_winner, not row.is_runner_up, bool(row.out_because), row.name))


def differing(now: Now) -> list[str]:
    """What has changed about whom, in words."""
    changes = now.comparison.changes if now.comparison is not None else []
    return [f"{now.names.people.get(change.agent, '?')}: {words}" for change in changes if (words := _words(change))]


def _steps(ticket: Ticket, record: Mapping[str, Any], names: Names) -> list[Step]:
    """Triage → team → each rung that was tried → the winner. One query."""
    told = ticket.events.filter(kind__in=(EventKind.OPENED, EventKind.ROUTED)).order_by("-seq").first()
    why = WHY_THIS_TEAM.get(told.data.get("why", ""), "") if told is not None else ""
    team = names.teams.get(record["needs"]["team"], "?")
    category = str(ticket.category) if ticket.category else _("no category")
    skills = [names.skills.get(int(skill), "?") for skill in record["needs"]["required"]]
    needs = _("needs %(skills)s") % {"skills": ", ".join(skills)} if skills else _("needs no particular skill")
    winner = names.people.get(record["winner"], _("Nobody for now"))
    return [
        Step(_("Triage"), f"{category}, {needs}"),
        Step(_("Team"), f"{team}, {why}" if why else team),
        *(Step(str(RUNGS[Rung(rung)]), "", found) for rung, found in record["tried"]),
        Step(_("Goes to"), winner),
    ]


def _row(row: Mapping[str, Any], record: Mapping[str, Any], names: Names) -> Row:
    facts = row["facts"]
    ahead = facts.get("ahead")
    return Row(
        name=names.people.get(facts["agent"], "?"),
        is_winner=facts["agent"] == record["winner"],
        is_runner_up=facts["agent"] == record["runner_up"],
        out_because=str(OUT_BECAUSE.get(row["out_because"], row["out_because"])),
        load=facts["load"] / EIGHTHS,
        capacity=facts["capacity"] / EIGHTHS,
        ahead=None if ahead is None else ahead / EIGHTHS,
        skills=[(names.skills.get(int(skill), "?"), level) for skill, level in facts["skills"].items()],
        parts=row["score"] or {},
    )


def _words(change: Change) -> str:
    if change.what == "looked_at":
        return _("is looked at now") if change.now else _("is not looked at any more")
    if change.what == "load":
        return _("%(now)s units busy, %(before)s then") % {
            "now": f"{change.now / EIGHTHS:.3g}", "before": f"{change.before / EIGHTHS:.3g}"
        }  # fmt: skip
    if change.what == "is_on_shift":
        return _("is at work now") if change.now else _("is not at work any more")
    if change.what == "is_absent":
        return _("is absent now") if change.now else _("is back")
    if change.what == "accepts_work":
        return _("accepts tickets again") if change.now else _("accepts no new tickets now")
    return {
        "capacity": _("has another capacity now"),
        "skills": _("has other skills now"),
        "has_affinity": _("knows the customer now") if change.now else _("had this customer last then"),
        "teams": _("is in other teams now"),
    }.get(change.what, "")
