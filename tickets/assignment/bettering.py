"""Whether an untouched ticket would be better off with somebody else by now. Pure: for the rebalancing of a lead, and the sweep."""

from collections.abc import Sequence
from datetime import datetime

from tickets.assignment.decision import Decision, decide
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.order import place_of

# Fewer minutes than this are not worth that somebody looks at it anew.
LEAST_GAIN = 15


def better_place(needs: Needs, candidates: Sequence[Candidate], *, holder: int, at: datetime) -> Decision | None:
    """The decision that moves it; None while it is as well off where it is.

    The holder's load must not count the ticket itself: everybody is compared as if it were given for the first time.
    """
    decision = decide(needs, candidates, at)
    if decision.winner in (None, holder) or decision.starts_at is not None:
        return None
    assessed = {a.candidate.agent: a for a in decision.assessments}
    winner = assessed[decision.winner]
    if holder not in assessed:
        return decision
    here, there = place_of(assessed[holder], needs), place_of(winner, needs)
    if here is None or there is None or there[0] < here[0]:
        return decision
    return decision if minutes_gained(decision, holder) >= LEAST_GAIN else None


def minutes_gained(decision: Decision, holder: int) -> int:
    """By how much sooner, in the score's own minutes, the winner would be through with it than the holder."""
    totals = {a.candidate.agent: a.score.total for a in decision.assessments}
    return totals[decision.winner] - totals[holder] if decision.winner in totals and holder in totals else 0
