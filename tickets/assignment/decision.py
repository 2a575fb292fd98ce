"""The decision: who gets a ticket. Pure and total: the same facts give the same person, whoever asks and however often.

A ladder of rungs, tried in order; the first on which somebody stands decides. What is never relaxed on any of them:
an active member, on shift (or on call for a critical ticket), not absent, accepting work.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tickets.assignment.assessment import Assessment, Difference, Rung, assess, has_room
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.order import difference, ranked
from tickets.assignment.score import holds


@dataclass(frozen=True, slots=True)
class Decision:
    """`starts_at` is set for a reservation only; `watching_leads` when a critical ticket could not go to a lead."""

    needs: Needs
    at: datetime
    rung: Rung
    team: int
    assessments: Sequence[Assessment]
    tried: Sequence[tuple[Rung, int]]
    winner: int | None = None
    runner_up: int | None = None
    difference: Difference = Difference.ONLY_ONE
    starts_at: datetime | None = None
    watching_leads: tuple[int, ...] = ()

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
            "starts_at": None if self.starts_at is None else self.starts_at.isoformat(),
            "watching_leads": list(self.watching_leads),
        }


def decide(needs: Needs, candidates: Sequence[Candidate], at: datetime) -> Decision:
    """Climb the ladder until somebody stands on a rung. `candidates` are active agents, in any order."""
    assessments = [assess(candidate, needs) for candidate in sorted(candidates, key=lambda c: c.agent)]
    tried: list[tuple[Rung, int]] = []
    for rung in _ladder(needs):
        pool = [a for a in assessments if _STANDS_ON[rung](a, needs)]
        tried.append((rung, len(pool)))
        if pool and rung is Rung.HELD:
            return Decision(needs, at, rung, needs.team, assessments, tried)
        if pool:
            return _decided(rung, pool, assessments, tried, needs, at)
    return Decision(needs, at, Rung.NOBODY, needs.team, assessments, tried)


def replay(record: dict[str, Any]) -> Decision:
    """Make a stored decision again from what was stored with it."""
    return decide(
        Needs.from_record(record["needs"]),
        [Candidate.from_record(row["facts"]) for row in record["candidates"]],
        datetime.fromisoformat(record["at"]),
    )


def _ladder(needs: Needs) -> list[Rung]:
    woken = [Rung.ON_CALL] if needs.may_wake else []
    if needs.wants_lead:
        return [Rung.LEADS, *woken, Rung.GENERAL_LEAD, Rung.RESERVED]
    skilled = [Rung.REQUIRED_SKILLS, Rung.PREFERRED_SKILLS]
    first = [Rung.CRITICAL_LEAD, Rung.BEST_SKILLED] if needs.is_critical else skilled
    held = [Rung.HELD] if needs.may_hold_until is not None else []
    return [
        *first, *held, Rung.OVER_CAPACITY, Rung.LEADS, *woken, Rung.GENERAL_TEAM, Rung.GENERAL_LEAD, Rung.RESERVED,
    ]  # fmt: skip


def _leads_here(a: Assessment, needs: Needs) -> bool:
    return needs.team in a.candidate.leads and not a.out_because


def _works_here(a: Assessment, needs: Needs) -> bool:
    """An agent of the team, not its lead: leads have rungs of their own."""
    candidate = a.candidate
    return needs.team in candidate.teams and needs.team not in candidate.leads and not a.out_because


def _may_be_woken(a: Assessment, needs: Needs) -> bool:
    on_call = a.candidate.on_call_for & {needs.team, needs.general_team}
    return bool(on_call) and a.out_because in ("", "off_shift")


def _works_in_general(a: Assessment, needs: Needs) -> bool:
    return needs.general_team in a.candidate.teams and not a.out_because


def _comes_back(a: Assessment, needs: Needs) -> bool:
    """Being absent or off shift is what a reservation waits for; anything else is not."""
    if needs.wants_lead and not a.candidate.leads & {needs.team, needs.general_team}:
        return False
    return a.candidate.next_start_at is not None and a.out_because not in ("excluded", "accepts_no_work")


_STANDS_ON: dict[Rung, Callable[[Assessment, Needs], bool]] = {
    Rung.CRITICAL_LEAD: lambda a, needs: _leads_here(a, needs) and has_room(a, needs),
    Rung.BEST_SKILLED: lambda a, needs: _works_here(a, needs) and has_room(a, needs),
    Rung.REQUIRED_SKILLS: lambda a, needs: (
        _works_here(a, needs) and has_room(a, needs) and holds(a.candidate, needs.required)
    ),
    Rung.PREFERRED_SKILLS: lambda a, needs: _works_here(a, needs) and has_room(a, needs),
    Rung.HELD: _works_here,
    Rung.OVER_CAPACITY: _works_here,
    Rung.LEADS: _leads_here,
    Rung.ON_CALL: _may_be_woken,
    Rung.GENERAL_TEAM: lambda a, needs: _works_in_general(a, needs) and needs.general_team not in a.candidate.leads,
    Rung.GENERAL_LEAD: lambda a, needs: _works_in_general(a, needs) and needs.general_team in a.candidate.leads,
    Rung.RESERVED: _comes_back,
}


def _decided(
    rung: Rung,
    pool: list[Assessment],
    assessments: list[Assessment],
    tried: list[tuple[Rung, int]],
    needs: Needs,
    at: datetime,
) -> Decision:
    winner, *others = ranked(rung, pool, needs)
    runner_up, why = _runner_up(rung, winner, others, assessments, needs)
    start = winner.candidate.next_start_at if rung is Rung.RESERVED else None
    is_lead = needs.team in winner.candidate.leads
    return Decision(
        needs=needs,
        at=at,
        rung=rung,
        team=_team_of(winner.candidate, needs),
        assessments=assessments,
        tried=tried,
        winner=winner.candidate.agent,
        runner_up=runner_up,
        difference=why,
        starts_at=start if start is not None and start > at else None,
        watching_leads=tuple(a.candidate.agent for a in assessments if needs.team in a.candidate.leads)
        if needs.is_critical and not is_lead
        else (),
    )


def _runner_up(
    rung: Rung, winner: Assessment, others: list[Assessment], assessments: list[Assessment], needs: Needs
) -> tuple[int | None, Difference]:
    if others:
        return others[0].candidate.agent, difference(rung, winner, others[0], needs)
    full = [a for a in assessments if a is not winner and _works_here(a, needs) and not has_room(a, needs)]
    if full and has_room(winner, needs):
        return ranked(rung, full, needs)[0].candidate.agent, Difference.FULL
    return None, Difference.ONLY_ONE


def _team_of(candidate: Candidate, needs: Needs) -> int:
    """The ticket stays with its team where the person belongs to it, else it follows the person."""
    for team in (needs.team, needs.general_team):
        if team in candidate.teams | candidate.on_call_for:
            return team
    return min(candidate.teams, default=needs.team)
