"""The words of a decision: its rungs, how one candidate looked, and what may put one before another."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.score import Score
from tickets.assignment.scorers import score_of


class Rung(StrEnum):
    OFFERED = "offered"  # the team's agents take tickets themselves: it waits for one of them
    CRITICAL_LEAD = "critical_lead"  # a lead with room, for a critical ticket
    BEST_SKILLED = "best_skilled"  # critical, no lead with room: whoever knows most, the lead watches
    REQUIRED_SKILLS = "required_skills"  # holds what the category requires, with room
    PREFERRED_SKILLS = "preferred_skills"  # has room, but lacks something required
    SPILLED = "spilled"  # everybody is full, and the team gives to the general team's agents with room
    HELD = "held"  # everybody is full, and the team lets this one wait
    OVER_CAPACITY = "over_capacity"  # everybody is full: the one with the least for their capacity
    LEADS = "leads"  # no agent of the team works now
    ON_CALL = "on_call"  # critical, nobody on shift: whoever may be woken
    GENERAL_TEAM = "general_team"
    GENERAL_LEAD = "general_lead"
    RESERVED = "reserved"  # nobody is on shift: kept for the best one to come
    NOBODY = "nobody"  # there is no agent at all


class Difference(StrEnum):
    """What put the winner before the runner-up: were it gone, the runner-up would have got the ticket."""

    ONLY_ONE = "only_one"
    SHIFT = "shift"
    TEAM = "team"
    FULL = "full"
    SKILL = "skill"
    LOAD = "load"
    AFFINITY = "affinity"
    EARLIER = "earlier"
    IDLE_LONGER = "idle_longer"
    ID = "id"


@dataclass(frozen=True, slots=True)
class Assessment:
    """`out_because` names what keeps the candidate from working on it now, whatever the rung; "" for nothing.

    `is_uneven`: it would put them too far above somebody who knows exactly as much of what it takes.
    """

    candidate: Candidate
    score: Score
    out_because: str
    is_uneven: bool = False


# Nobody is given more than this above the least loaded of their equals, unless the ticket itself weighs more.
EVEN_WITHIN = 2 * EIGHTHS


class Pool:
    """Everybody who is looked at for one ticket: what each is compared with."""

    def __init__(self, candidates: Sequence[Candidate], needs: Needs) -> None:
        self.needs = needs
        self._lightest: dict[tuple[int, ...], int] = {}
        for candidate in candidates:
            if not _out_because(candidate, needs):
                levels = self._levels(candidate)
                self._lightest[levels] = min(candidate.load, self._lightest.get(levels, candidate.load))

    def assess(self, candidate: Candidate) -> Assessment:
        return Assessment(
            candidate,
            score_of(candidate, self.needs),
            _out_because(candidate, self.needs),
            self._is_uneven(candidate),
        )

    def _is_uneven(self, candidate: Candidate) -> bool:
        lightest = self._lightest.get(self._levels(candidate), candidate.load)
        above = candidate.load - lightest
        return above > 0 and above + self.needs.effort > EVEN_WITHIN

    def _levels(self, candidate: Candidate) -> tuple[int, ...]:
        """Who has the same is equal: the part in the team, and the level in each needed skill."""
        needs, skills = self.needs, candidate.skills
        part = 2 if needs.team in candidate.leads else 1 if needs.team in candidate.teams else 0
        return (part, *(skills.get(skill, 0) for skill in (*needs.required, *needs.preferred)))


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
