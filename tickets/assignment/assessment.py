"""The words of a decision: its rungs, how one candidate looked, and what may put one before another."""

from dataclasses import dataclass
from enum import StrEnum

from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.score import Score, score_of


class Rung(StrEnum):
    CRITICAL_LEAD = "critical_lead"  # a lead with room, for a critical ticket
    BEST_SKILLED = "best_skilled"  # critical, no lead with room: whoever knows most, the lead watches
    REQUIRED_SKILLS = "required_skills"  # holds what the category requires, with room
    PREFERRED_SKILLS = "preferred_skills"  # has room, but lacks something required
    HELD = "held"  # everybody is full, and the team lets this one wait
    OVER_CAPACITY = "over_capacity"  # everybody is full: the one with the least for their capacity
    LEADS = "leads"  # no agent of the team works now
    ON_CALL = "on_call"  # critical, nobody on shift: whoever may be woken
    GENERAL_TEAM = "general_team"
    GENERAL_LEAD = "general_lead"
    RESERVED = "reserved"  # nobody is on shift: kept for the best one to come
    NOBODY = "nobody"  # there is no agent at all


class Difference(StrEnum):
    """What put the winner before the runner-up."""

    ONLY_ONE = "only_one"
    FULL = "full"
    SKILL = "skill"
    LOAD = "load"
    AFFINITY = "affinity"
    TEAM = "team"
    EARLIER = "earlier"
    SCORE = "score"
    IDLE_LONGER = "idle_longer"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`out_because` names what keeps the candidate from working on it now, whatever the rung; "" for nothing."""

    candidate: Candidate
    score: Score
    out_because: str


def assess(candidate: Candidate, needs: Needs) -> Assessment:
    return Assessment(candidate, score_of(candidate, needs), _out_because(candidate, needs))


def has_room(a: Assessment, needs: Needs) -> bool:
    return a.candidate.load + needs.effort <= a.candidate.capacity


def _out_because(candidate: Candidate, needs: Needs) -> str:
    if candidate.agent in needs.excluded:
        return "excluded"
    if not candidate.accepts_work:
        return "accepts_no_work"
    if candidate.is_absent:
        return "absent"
    return "" if candidate.is_on_shift else "off_shift"
