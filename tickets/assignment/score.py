"""How well a candidate fits, in working minutes the customer would wait: fewer is better, so the score is negative.

score = −(expected wait + what else they carry + expected handling time + penalty for missing skills − affinity)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate, Needs

# Handling one unit takes this long at level 3; the factors (percent) say how skill changes it.
HANDLING_PER_UNIT = 20
_HANDLING_PERCENT = {0: 160, 1: 135, 2: 115, 3: 100, 4: 88, 5: 80}
# Whoever has something to do finishes what they are at: about half of one unit.
INTERRUPTING = 10
# Every unit an agent carries costs the next customer some attention, also when it is due later.
CARRIED_PER_UNIT = 4
# A skill that would be nice and is missing costs about one hand-over or one question to a colleague.
MISSING_PREFERRED = 15
# Two of those for one that the category calls required: it counts only on rungs that no longer insist on it.
MISSING_REQUIRED = 45
# Knowing the customer saves reading the history.
AFFINITY = 10


@dataclass(frozen=True, slots=True)
class Score:
    """The parts in minutes; they add up to the total."""

    wait: int = 0
    carried: int = 0
    handling: int = 0
    missing: int = 0
    affinity: int = 0

    @property
    def total(self) -> int:
        return self.affinity - self.wait - self.carried - self.handling - self.missing

    def to_record(self) -> dict[str, int]:
        return {
            "wait": self.wait,
            "carried": self.carried,
            "handling": self.handling,
            "missing": self.missing,
            "affinity": self.affinity,
            "total": self.total,
        }


def handling(candidate: Candidate, needs: Needs) -> int:
    percent = _HANDLING_PERCENT[_weakest_level(candidate, needs)]
    return needs.effort * HANDLING_PER_UNIT * percent // (100 * EIGHTHS)


def missing(candidate: Candidate, needs: Needs) -> int:
    preferred = MISSING_PREFERRED * _missing(candidate, needs.preferred)
    return preferred + MISSING_REQUIRED * _missing(candidate, needs.required)


def affinity(candidate: Candidate) -> int:
    return AFFINITY if candidate.has_affinity else 0


def skill_sum(candidate: Candidate, needs: Needs) -> int:
    """The levels in everything that the ticket needs, added up."""
    return sum(candidate.skills.get(skill, 0) for skill in {*needs.required, *needs.preferred})


def holds(candidate: Candidate, levels: Mapping[int, int]) -> bool:
    return covers(candidate.skills, levels)


def covers(skills: Mapping[int, int], levels: Mapping[int, int]) -> bool:
    """Whether somebody with these skills knows all of that well enough."""
    return all(skills.get(skill, 0) >= level for skill, level in levels.items())


def _missing(candidate: Candidate, levels: Mapping[int, int]) -> int:
    return sum(candidate.skills.get(skill, 0) < level for skill, level in levels.items())


def _weakest_level(candidate: Candidate, needs: Needs) -> int:
    """Work goes as fast as the weakest of the skills it takes; a ticket that needs none goes at level 3."""
    needed = {*needs.required, *needs.preferred}
    return min((candidate.skills.get(skill, 0) for skill in needed), default=3)
