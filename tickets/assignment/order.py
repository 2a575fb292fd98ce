"""Which candidate comes before which: the rung first, then what it asks for, then score ↓, last_assigned_at ↑, id ↑.

A total order, so that two calls never disagree.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from tickets.assignment.assessment import Assessment, Rung, has_room
from tickets.assignment.facts import Needs
from tickets.assignment.ladder import WAITING, ladder, stands_on
from tickets.assignment.score import holds, skill_sum

_LONG_AGO = datetime.min.replace(tzinfo=UTC)


def place_of(a: Assessment, needs: Needs) -> tuple[Any, ...] | None:
    """What sorts candidates, best first; None for somebody who stands on no rung."""
    for number, rung in enumerate(ladder(needs)):
        if rung not in WAITING and stands_on(rung, a, needs):
            return (number, *_order(rung, a, needs))
    return None


def in_order(assessments: Sequence[Assessment], needs: Needs) -> list[Assessment]:
    """Whoever could get it, best first."""
    placed = [(place, a) for a in assessments if (place := place_of(a, needs)) is not None]
    return [a for _place, a in sorted(placed, key=lambda pair: pair[0])]


def in_time(a: Assessment, needs: Needs) -> bool:
    """Whether their next shift starts before the first response is due."""
    start, due = a.candidate.next_start_at, needs.first_response_due_at
    return start is not None and due is not None and start < due


def _order(rung: Rung, a: Assessment, needs: Needs) -> tuple[Any, ...]:
    first = _FIRST.get(rung)
    return (
        *(first(a, needs) if first is not None else ()),
        -a.score.total,
        a.candidate.last_assigned_at or _LONG_AGO,
        a.candidate.agent,
    )


def _with_room_first(a: Assessment, needs: Needs) -> tuple[Any, ...]:
    return (not has_room(a, needs),)


def _even_first(a: Assessment, needs: Needs) -> tuple[Any, ...]:
    return (a.is_uneven and needs.scorer == "balanced",)


def _skilled_first(a: Assessment, needs: Needs) -> tuple[Any, ...]:
    """Among those who know what it takes the one who answers soonest; the first release asked for the highest level."""
    if needs.scorer == "load":
        return (-skill_sum(a.candidate, needs),)
    return (not holds(a.candidate, needs.required), *_even_first(a, needs))


def _earliest_fitting_shift(a: Assessment, needs: Needs) -> tuple[Any, ...]:
    """Own team, then the general one, then anybody. In time: the best of them; too late: the earliest."""
    teams = a.candidate.teams
    distance = 0 if needs.team in teams else 1 if needs.general_team in teams else 2
    is_late = not in_time(a, needs)
    start = a.candidate.next_start_at if is_late else None
    return distance, is_late, start or _LONG_AGO, not holds(a.candidate, needs.required)


_FIRST: dict[Rung, Callable[[Assessment, Needs], tuple[Any, ...]]] = {
    Rung.CRITICAL_LEAD: _even_first,
    Rung.BEST_SKILLED: _skilled_first,
    Rung.REQUIRED_SKILLS: _even_first,
    Rung.PREFERRED_SKILLS: _even_first,
    Rung.SPILLED: _even_first,
    Rung.OVER_CAPACITY: lambda a, _needs: (Fraction(a.candidate.load, a.candidate.capacity),),
    Rung.LEADS: _with_room_first,
    Rung.ON_CALL: lambda a, needs: (needs.team not in a.candidate.on_call_for,),
    Rung.GENERAL_TEAM: _with_room_first,
    Rung.GENERAL_LEAD: _with_room_first,
    Rung.RESERVED: _earliest_fitting_shift,
}
