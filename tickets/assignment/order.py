"""Which of the candidates on a rung wins: a total order, so that two calls never disagree, and what decided."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tickets.assignment.assessment import Assessment, Difference, Rung, has_room
from tickets.assignment.facts import Needs
from tickets.assignment.score import holds, skill_sum

_LONG_AGO = datetime.min.replace(tzinfo=UTC)
Part = tuple[Difference, Any]


def ranked(rung: Rung, pool: Sequence[Assessment], needs: Needs) -> list[Assessment]:
    """Best first: what the rung asks for, then score ↓, last_assigned_at ↑ (never first), id ↑."""
    return sorted(pool, key=lambda a: [value for _difference, value in _order(rung, a, needs)])


def difference(rung: Rung, winner: Assessment, runner_up: Assessment, needs: Needs) -> Difference:
    """The first part of the order in which the two differ; for the score, its part that weighed most."""
    pairs = zip(_order(rung, winner, needs), _order(rung, runner_up, needs), strict=True)
    decided = next(part for (part, mine), (_part, theirs) in pairs if mine != theirs)
    return _heaviest_part(winner, runner_up) if decided is Difference.SCORE else decided


def in_time(a: Assessment, needs: Needs) -> bool:
    """Whether their next shift starts before the first response is due."""
    start, due = a.candidate.next_start_at, needs.first_response_due_at
    return start is not None and due is not None and start < due


def _order(rung: Rung, a: Assessment, needs: Needs) -> list[Part]:
    first = _FIRST.get(rung)
    return [
        *(first(a, needs) if first is not None else []),
        (Difference.SCORE, -a.score.total),
        (Difference.IDLE_LONGER, a.candidate.last_assigned_at or _LONG_AGO),
        (Difference.ID, a.candidate.agent),
    ]


def _with_room_first(a: Assessment, needs: Needs) -> list[Part]:
    return [(Difference.FULL, not has_room(a, needs))]


def _earliest_fitting_shift(a: Assessment, needs: Needs) -> list[Part]:
    """Own team, then the general one, then anybody. In time: the best of them; too late: the earliest."""
    teams = a.candidate.teams
    distance = 0 if needs.team in teams else 1 if needs.general_team in teams else 2
    is_late = not in_time(a, needs)
    return [
        (Difference.TEAM, distance),
        (Difference.EARLIER, is_late),
        (Difference.EARLIER, a.candidate.next_start_at if is_late else _LONG_AGO),
        (Difference.SKILL, not holds(a.candidate, needs.required)),
    ]


_FIRST: dict[Rung, Callable[[Assessment, Needs], list[Part]]] = {
    Rung.BEST_SKILLED: lambda a, needs: [(Difference.SKILL, -skill_sum(a.candidate, needs))],
    Rung.OVER_CAPACITY: lambda a, _needs: [(Difference.LOAD, Fraction(a.candidate.load, a.candidate.capacity))],
    Rung.LEADS: _with_room_first,
    Rung.ON_CALL: lambda a, needs: [(Difference.TEAM, needs.team not in a.candidate.on_call_for)],
    Rung.GENERAL_TEAM: _with_room_first,
    Rung.GENERAL_LEAD: _with_room_first,
    Rung.RESERVED: _earliest_fitting_shift,
}


def _heaviest_part(winner: Assessment, runner_up: Assessment) -> Difference:
    mine, theirs = winner.score, runner_up.score
    advantages = {
        Difference.LOAD: theirs.wait - mine.wait,
        Difference.SKILL: (theirs.handling + theirs.missing) - (mine.handling + mine.missing),
        Difference.AFFINITY: mine.affinity - theirs.affinity,
    }
    return max(advantages, key=lambda part: advantages[part])
