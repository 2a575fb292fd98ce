"""What a decision is made from. Plain values that survive a round trip through JSON, so that it can be replayed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Needs:
    """`required` and `preferred` map a skill's id to the lowest level that counts. Effort is in eighths of a unit."""

    priority: int
    effort: int
    team: int
    general_team: int
    is_critical: bool = False
    required: Mapping[int, int] = field(default_factory=dict)
    preferred: Mapping[int, int] = field(default_factory=dict)
    first_response_due_at: datetime | None = None
    # Set when the team's overflow policy lets this ticket wait until then for somebody with room.
    may_hold_until: datetime | None = None
    # Whoever let it go, or is about to leave.
    excluded: frozenset[int] = frozenset()
    # Leads only: it was moved twice already, or a level asks for one.
    wants_lead: bool = False
    # Whoever is on call may be woken for it.
    may_wake: bool = False
    # How the team weighs its agents: a name in tickets.assignment.scorers.
    scorer: str = "balanced"
    # The team's agents take tickets themselves; this one waits for that until `may_hold_until`.
    is_offered: bool = False
    # When everybody of the team is full, the general team's agents with room come next.
    may_spill: bool = False

    def to_record(self) -> dict[str, Any]:
        return {
            "priority": self.priority,
            "effort": self.effort,
            "team": self.team,
            "general_team": self.general_team,
            "is_critical": self.is_critical,
            "required": _with_text_keys(self.required),
            "preferred": _with_text_keys(self.preferred),
            "first_response_due_at": _text(self.first_response_due_at),
            "may_hold_until": _text(self.may_hold_until),
            "excluded": sorted(self.excluded),
            "wants_lead": self.wants_lead,
            "may_wake": self.may_wake,
            "scorer": self.scorer,
            "is_offered": self.is_offered,
            "may_spill": self.may_spill,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Needs":
        return cls(
            **{
                # Records of the first release name none: they are weighed as they were then.
                "scorer": "load",
                **record,
                "required": _with_number_keys(record["required"]),
                "preferred": _with_number_keys(record["preferred"]),
                "first_response_due_at": _instant(record["first_response_due_at"]),
                "may_hold_until": _instant(record["may_hold_until"]),
                "excluded": frozenset(record["excluded"]),
            }
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An active agent as they stand at the instant of the decision. Load and capacity are in eighths of a unit.

    `ahead` is the part of the load that is due no later than the ticket, and so is done first; None: all of it.
    `is_busy`: something else waits for them, so that they are probably in the middle of it.
    """

    agent: int
    load: int
    capacity: int
    teams: frozenset[int] = frozenset()
    leads: frozenset[int] = frozenset()
    on_call_for: frozenset[int] = frozenset()
    accepts_work: bool = True
    is_absent: bool = False
    is_on_shift: bool = False
    next_start_at: datetime | None = None
    skills: Mapping[int, int] = field(default_factory=dict)
    last_assigned_at: datetime | None = None
    has_affinity: bool = False
    ahead: int | None = None
    is_busy: bool = False

    def to_record(self) -> dict[str, Any]:
        return {
            "agent": self.agent,
            "load": self.load,
            "capacity": self.capacity,
            "teams": sorted(self.teams),
            "leads": sorted(self.leads),
            "on_call_for": sorted(self.on_call_for),
            "accepts_work": self.accepts_work,
            "is_absent": self.is_absent,
            "is_on_shift": self.is_on_shift,
            "next_start_at": _text(self.next_start_at),
            "skills": _with_text_keys(self.skills),
            "last_assigned_at": _text(self.last_assigned_at),
            "has_affinity": self.has_affinity,
            "ahead": self.ahead,
            "is_busy": self.is_busy,
        }

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Candidate":
        return cls(
            **{
                **record,
                "teams": frozenset(record["teams"]),
                "leads": frozenset(record["leads"]),
                "on_call_for": frozenset(record["on_call_for"]),
                "next_start_at": _instant(record["next_start_at"]),
                "skills": _with_number_keys(record["skills"]),
                "last_assigned_at": _instant(record["last_assigned_at"]),
            }
        )


def _text(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _with_text_keys(levels: Mapping[int, int]) -> dict[str, int]:
    return {str(skill): level for skill, level in sorted(levels.items())}


def _with_number_keys(levels: Mapping[str, int]) -> dict[int, int]:
    return {int(skill): level for skill, level in levels.items()}
