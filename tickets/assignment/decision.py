"""The decision: who gets a ticket. Pure and total: the same facts give the same person, whoever asks and however often.

A ladder of rungs, tried in order; the first on which somebody stands decides.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.assignment.assessment import Assessment, Difference, Pool, Rung
from tickets.assignment.deciding import differences
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.ladder import WAITING, ladder, rungs_of_the_team, stands_on, team_of
from tickets.assignment.order import in_order, place_of


@dataclass(frozen=True, slots=True)
class Decision:
    """`starts_at` is set for a reservation only; `watching_leads` when a critical ticket could not go to a lead.

    The runner-up is who would have got it without the winner; `differences` is what decided between the two.
    """

    needs: Needs
    at: datetime
    rung: Rung
    team: int
    assessments: Sequence[Assessment]
    tried: Sequence[tuple[Rung, int]]
    winner: int | None = None
    runner_up: int | None = None
    differences: tuple[Difference, ...] = (Difference.ONLY_ONE,)
    starts_at: datetime | None = None
    watching_leads: tuple[int, ...] = ()

    @property
    def difference(self) -> Difference:
        return self.differences[0]

    def to_record(self) -> dict[str, Any]:
        """Everything needed to explain the decision and to make it again. Ids and codes only."""
        return {
            "at": self.at.isoformat(),
            "needs": self.needs.to_record(),
            "candidates": [
                {
                    "facts": a.candidate.to_record(),
                    "score": a.score.to_record(),
                    "out_because": a.out_because,
                }
                for a in self.assessments
            ],
            "tried": [[rung.value, found] for rung, found in self.tried],
            "rung": self.rung.value,
            "team": self.team,
            "winner": self.winner,
            "runner_up": self.runner_up,
            "difference": self.difference.value,
            "differences": [difference.value for difference in self.differences],
            "starts_at": None if self.starts_at is None else self.starts_at.isoformat(),
            "watching_leads": list(self.watching_leads),
        }


def decide(needs: Needs, candidates: Sequence[Candidate], at: datetime) -> Decision:
    """Climb the ladder until somebody stands on a rung. `candidates` are active agents, in any order."""
    pool = Pool(candidates, needs)
    assessments = [pool.assess(candidate) for candidate in sorted(candidates, key=lambda c: c.agent)]
    tried: list[tuple[Rung, int]] = []
    for rung in ladder(needs):
        found = sum(stands_on(rung, a, needs) for a in assessments)
        tried.append((rung, found))
        if found and rung in WAITING:
            return Decision(needs, at, rung, needs.team, assessments, tried)
        if found:
            return _decided(rung, assessments, tried, pool, at)
    return Decision(needs, at, Rung.NOBODY, needs.team, assessments, tried)


def decide_in_rounds(
    needs: Needs, candidates_of: Callable[[Collection[int] | None], Sequence[Candidate]], at: datetime
) -> Decision:
    """Decide among the ticket's team, then with the general team, then among everybody, until more people could change
    neither the winner nor the runner-up. `candidates_of` gives those of some teams, all of them for None.
    """
    own, near = {needs.team}, {needs.team, needs.general_team}
    if own != near:
        decision = decide(needs, candidates_of(own), at)
        if _stays_in_team(decision):
            return decision
    decision = decide(needs, candidates_of(near), at)
    return decision if decision.rung is not Rung.NOBODY else decide(needs, candidates_of(None), at)


def _stays_in_team(decision: Decision) -> bool:
    own = rungs_of_the_team(decision.needs)
    if decision.rung in WAITING:
        return decision.rung in own
    second = next((a for a in decision.assessments if a.candidate.agent == decision.runner_up), None)
    place = place_of(second, decision.needs) if second is not None else None
    # The winner stands no lower than the runner-up.
    return place is not None and place[0] < len(own)


def replay(record: dict[str, Any]) -> Decision:
    """Make a stored decision again from what was stored with it."""
    return decide(
        Needs.from_record(record["needs"]),
        [Candidate.from_record(row["facts"]) for row in record["candidates"]],
        datetime.fromisoformat(record["at"]),
    )


def _decided(
    rung: Rung, assessments: list[Assessment], tried: list[tuple[Rung, int]], pool: Pool, at: datetime
) -> Decision:
    needs = pool.needs
    winner, *others = in_order(assessments, needs)
    runner_up = others[0] if others else None
    start = winner.candidate.next_start_at if rung is Rung.RESERVED else None
    is_lead = needs.team in winner.candidate.leads
    return Decision(
        needs=needs,
        at=at,
        rung=rung,
        team=team_of(winner.candidate, needs),
        assessments=assessments,
        tried=tried,
        winner=winner.candidate.agent,
        runner_up=None if runner_up is None else runner_up.candidate.agent,
        differences=(Difference.ONLY_ONE,) if runner_up is None else differences(winner, runner_up, pool),
        starts_at=start if start is not None and start > at else None,
        watching_leads=tuple(a.candidate.agent for a in assessments if needs.team in a.candidate.leads)
        if needs.is_critical and not is_lead
        else (),
    )
