"""What decided between two candidates: the fewest differences without which the second one would have come first.

A difference is taken away by giving the second one what the first one has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any

from tickets.assignment.assessment import Assessment, Difference, Pool
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.order import place_of

# Nobody's id, and lower than any.
_BEFORE_ALL = -1


def differences(winner: Assessment, runner_up: Assessment, pool: Pool) -> tuple[Difference, ...]:
    """One where one is enough, the heaviest first; never empty."""
    duel = _Duel(winner, runner_up.candidate, pool)
    there = []
    for one in _by_weight(winner, runner_up):
        if not duel.is_there(one):
            continue
        if duel.turns(without=[one]):
            return (one,)
        there.append(one)
    together: list[Difference] = []
    for one in there:
        together.append(one)
        if duel.turns(without=together):
            break
    return tuple(duel.needed(together))


@dataclass(frozen=True)
class _Duel:
    winner: Assessment
    second: Candidate
    pool: Pool

    def is_there(self, difference: Difference) -> bool:
        return self._alike(self.second, difference) != self.second

    def turns(self, *, without: Sequence[Difference]) -> bool:
        """Whether the second one came first if these differences were not."""
        second = reduce(self._alike, without, self.second)
        place = place_of(self.pool.assess(second), self.pool.needs)
        return place is not None and self._place is not None and place < self._place

    def needed(self, together: list[Difference]) -> list[Difference]:
        """Without those that change nothing: again and again, because one may matter only beside another."""
        for one in together:
            others = [each for each in together if each is not one]
            if others and self.turns(without=others):
                return self.needed(others)
        return together

    def _alike(self, candidate: Candidate, difference: Difference) -> Candidate:
        return _ALIKE[difference](candidate, self.winner.candidate, self.pool.needs)

    @cached_property
    def _place(self) -> tuple[Any, ...] | None:
        return place_of(self.winner, self.pool.needs)


def _by_weight(winner: Assessment, runner_up: Assessment) -> list[Difference]:
    """What keeps somebody off a rung first, then the parts of the score by their minutes, then the ties."""
    mine, theirs = winner.score, runner_up.score
    minutes = {
        Difference.SKILL: (theirs.handling + theirs.missing) - (mine.handling + mine.missing),
        Difference.LOAD: (theirs.wait + theirs.carried) - (mine.wait + mine.carried),
        Difference.AFFINITY: mine.affinity - theirs.affinity,
    }
    heaviest = sorted(minutes, key=lambda part: -minutes[part])
    return [
        Difference.SHIFT, Difference.TEAM, Difference.FULL, *heaviest, Difference.EARLIER, Difference.IDLE_LONGER,
        Difference.ID,
    ]  # fmt: skip


def _on_shift(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, is_on_shift=winner.is_on_shift, is_absent=winner.is_absent)


def _in_team(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, teams=winner.teams, leads=winner.leads, on_call_for=winner.on_call_for)


def _with_room(candidate: Candidate, winner: Candidate, needs: Needs) -> Candidate:
    """Somebody full who is as busy as a winner with room is full no more."""
    is_full = candidate.load + needs.effort > candidate.capacity
    has_winner_room = winner.load + needs.effort <= winner.capacity
    return _as_busy(candidate, winner, needs) if is_full and has_winner_room else candidate


def _skilled(candidate: Candidate, winner: Candidate, needs: Needs) -> Candidate:
    needed = {*needs.required, *needs.preferred}
    if all(candidate.skills.get(skill, 0) == winner.skills.get(skill, 0) for skill in needed):
        return candidate
    others = {skill: level for skill, level in candidate.skills.items() if skill not in needed}
    return replace(
        candidate, skills=others | {skill: winner.skills[skill] for skill in needed if skill in winner.skills}
    )


def _as_busy(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, load=winner.load, ahead=winner.ahead, is_busy=winner.is_busy, capacity=winner.capacity)


def _as_familiar(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, has_affinity=winner.has_affinity)


def _as_early(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, next_start_at=winner.next_start_at)


def _as_idle(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, last_assigned_at=winner.last_assigned_at)


def _before(candidate: Candidate, winner: Candidate, _needs: Needs) -> Candidate:
    return replace(candidate, agent=_BEFORE_ALL) if candidate.agent > winner.agent else candidate


_ALIKE: dict[Difference, Callable[[Candidate, Candidate, Needs], Candidate]] = {
    Difference.SHIFT: _on_shift,
    Difference.TEAM: _in_team,
    Difference.FULL: _with_room,
    Difference.SKILL: _skilled,
    Difference.LOAD: _as_busy,
    Difference.AFFINITY: _as_familiar,
    Difference.EARLIER: _as_early,
    Difference.IDLE_LONGER: _as_idle,
    Difference.ID: _before,
}
