"""How well a candidate fits, in working minutes the customer would wait: fewer is better, so the score is negative.

score = −(expected wait + expected handling time + penalty for missing skills − affinity)
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate, Needs

# A unit of open work keeps the next customer waiting for about this long.
WAIT_PER_UNIT = 30
# Handling one unit takes this long at level 3; the factors (percent) say how skill changes it.
HANDLING_PER_UNIT = 20
_HANDLING_PERCENT = {0: 160, 1: 135, 2: 115, 3: 100, 4: 88, 5: 80}
# A skill that would be nice and is missing costs about one hand-over or one question to a colleague.
MISSING_PREFERRED = 15
# Two of those for one that the category calls required: it counts only on rungs that no longer insist on it.
MISSING_REQUIRED = 45
# Knowing the customer saves reading the history.
AFFINITY = 10


@dataclass(frozen=True, slots=True)
class Score:
    wait: int
    handling: int
    missing: int
    affinity: int

    @property
    def total(self) -> int:
        return -(self.wait + self.handling + self.missing - self.affinity)

    def to_record(self) -> dict[str, int]:
        return {
            "wait": self.wait,
            "handling": self.handling,
            "missing": self.missing,
            "affinity": self.affinity,
            "total": self.total,
        }


def score_of(candidate: Candidate, needs: Needs) -> Score:
    return Score(
        wait=candidate.load * WAIT_PER_UNIT // EIGHTHS,
        handling=needs.effort
        * HANDLING_PER_UNIT
        * _HANDLING_PERCENT[_weakest_level(candidate, needs)]
        // (100 * EIGHTHS),
        missing=MISSING_PREFERRED * _missing(candidate, needs.preferred)
        + MISSING_REQUIRED * _missing(candidate, needs.required),
        affinity=AFFINITY if candidate.has_affinity else 0,
    )


def skill_sum(candidate: Candidate, needs: Needs) -> int:
    """The levels in everything that the ticket needs, added up."""
    return sum(candidate.skills.get(skill, 0) for skill in {*needs.required, *needs.preferred})


def holds(candidate: Candidate, levels: Mapping[int, int]) -> bool:
    return not _missing(candidate, levels)


def _missing(candidate: Candidate, levels: Mapping[int, int]) -> int:
    return sum(candidate.skills.get(skill, 0) < level for skill, level in levels.items())


def _weakest_level(candidate: Candidate, needs: Needs) -> int:
    """Work goes as fast as the weakest of the skills it takes; a ticket that needs none goes at level 3."""
    needed = {*needs.required, *needs.preferred}
    return min((candidate.skills.get(skill, 0) for skill in needed), default=3)
