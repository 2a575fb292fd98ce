"""How a team weighs its agents: one small pure function a policy. A record names its scorer, so a name never changes its meaning."""

from collections.abc import Callable

from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.score import (
    CARRIED_PER_UNIT,
    HANDLING_PER_UNIT,
    INTERRUPTING,
    Score,
    affinity,
    handling,
    missing,
)

# What the first release believed that a unit of open work keeps the next customer waiting.
_FIRST_WAIT_PER_UNIT = 30


def balanced(candidate: Candidate, needs: Needs) -> Score:
    """Whoever answers soonest: what is due no later comes first, then this ticket at the agent's own pace."""
    ahead = candidate.load if candidate.ahead is None else candidate.ahead
    return Score(
        wait=max(ahead * HANDLING_PER_UNIT // EIGHTHS, INTERRUPTING if candidate.is_busy else 0),
        carried=candidate.load * CARRIED_PER_UNIT // EIGHTHS,
        handling=handling(candidate, needs),
        missing=missing(candidate, needs),
        affinity=affinity(candidate),
    )


def round_robin(_candidate: Candidate, _needs: Needs) -> Score:
    """All alike: whoever has waited longest for a ticket gets it."""
    return Score()


def by_load(candidate: Candidate, needs: Needs) -> Score:
    """The first release's: records of that time are made again with it."""
    return Score(
        wait=candidate.load * _FIRST_WAIT_PER_UNIT // EIGHTHS,
        handling=handling(candidate, needs),
        missing=missing(candidate, needs),
        affinity=affinity(candidate),
    )


SCORERS: dict[str, Callable[[Candidate, Needs], Score]] = {
    "balanced": balanced,
    "round_robin": round_robin,
    "load": by_load,
}


def score_of(candidate: Candidate, needs: Needs) -> Score:
    return SCORERS[needs.scorer](candidate, needs)
