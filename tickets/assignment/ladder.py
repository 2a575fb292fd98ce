"""The ladder: its rungs in order, and who stands on each. What is never relaxed on any of them:

an active member, on shift (or on call for a critical ticket), not absent, accepting work.
"""

from collections.abc import Callable
from functools import cache
from itertools import takewhile

from tickets.assignment.assessment import Assessment, Rung, has_room
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.score import holds

# On these the ticket waits, although somebody works.
WAITING = frozenset({Rung.OFFERED, Rung.HELD})
# Only people of the ticket's team stand on these.
_OF_THE_TEAM = WAITING | {
    Rung.CRITICAL_LEAD, Rung.BEST_SKILLED, Rung.REQUIRED_SKILLS, Rung.PREFERRED_SKILLS, Rung.OVER_CAPACITY, Rung.LEADS,
}  # fmt: skip


def ladder(needs: Needs) -> tuple[Rung, ...]:
    return _ladder(
        is_critical=needs.is_critical,
        wants_lead=needs.wants_lead,
        may_wake=needs.may_wake,
        may_spill=needs.may_spill,
        may_wait=needs.may_hold_until is not None,
        is_offered=needs.is_offered,
    )


@cache
def _ladder(
    *, is_critical: bool, wants_lead: bool, may_wake: bool, may_spill: bool, may_wait: bool, is_offered: bool
) -> tuple[Rung, ...]:
    woken = [Rung.ON_CALL] if may_wake else []
    if wants_lead:
        return (Rung.LEADS, *woken, Rung.GENERAL_LEAD, Rung.RESERVED)
    first = [Rung.CRITICAL_LEAD, Rung.BEST_SKILLED] if is_critical else [Rung.REQUIRED_SKILLS, Rung.PREFERRED_SKILLS]
    offered = [Rung.OFFERED] if is_offered and may_wait else []
    spilled = [Rung.SPILLED] if may_spill else []
    held = [Rung.HELD] if may_wait and not is_offered else []
    return (
        *offered, *first, *spilled, *held, Rung.OVER_CAPACITY, Rung.LEADS, *woken, Rung.GENERAL_TEAM,
        Rung.GENERAL_LEAD, Rung.RESERVED,
    )  # fmt: skip


def rungs_of_the_team(needs: Needs) -> list[Rung]:
    """The first ones, on which it makes no difference who else is looked at."""
    return list(takewhile(lambda rung: rung in _OF_THE_TEAM, ladder(needs)))


def stands_on(rung: Rung, a: Assessment, needs: Needs) -> bool:
    return _STANDS_ON[rung](a, needs)


def team_of(candidate: Candidate, needs: Needs) -> int:
    """The ticket stays with its team where the person belongs to it, else it follows the person."""
    for team in (needs.team, needs.general_team):
        if team in candidate.teams | candidate.on_call_for:
            return team
    return min(candidate.teams, default=needs.team)


def _leads_here(a: Assessment, needs: Needs) -> bool:
    return needs.team in a.candidate.leads and not a.out_because


def _works_here(a: Assessment, needs: Needs) -> bool:
    """An agent of the team, not its lead: leads have rungs of their own."""
    candidate = a.candidate
    return needs.team in candidate.teams and needs.team not in candidate.leads and not a.out_because


def _has_room_here(a: Assessment, needs: Needs) -> bool:
    return _works_here(a, needs) and has_room(a, needs)


def _may_be_woken(a: Assessment, needs: Needs) -> bool:
    on_call = a.candidate.on_call_for & {needs.team, needs.general_team}
    return bool(on_call) and a.out_because in ("", "off_shift")


def _works_in_general(a: Assessment, needs: Needs) -> bool:
    return needs.general_team in a.candidate.teams and not a.out_because


def _is_general_agent(a: Assessment, needs: Needs) -> bool:
    return _works_in_general(a, needs) and needs.general_team not in a.candidate.leads


def _comes_back(a: Assessment, needs: Needs) -> bool:
    """Being absent or off shift is what a reservation waits for; anything else is not. Whoever belongs to no team and is
    only on call is there for what is critical.
    """
    if not a.candidate.teams:
        return False
    if needs.wants_lead and not a.candidate.leads & {needs.team, needs.general_team}:
        return False
    return a.candidate.next_start_at is not None and a.out_because not in ("excluded", "accepts_no_work")


_STANDS_ON: dict[Rung, Callable[[Assessment, Needs], bool]] = {
    Rung.OFFERED: _works_here,
    Rung.CRITICAL_LEAD: lambda a, needs: _leads_here(a, needs) and has_room(a, needs),
    Rung.BEST_SKILLED: _has_room_here,
    Rung.REQUIRED_SKILLS: lambda a, needs: _has_room_here(a, needs) and holds(a.candidate, needs.required),
    Rung.PREFERRED_SKILLS: _has_room_here,
    Rung.SPILLED: lambda a, needs: _is_general_agent(a, needs) and has_room(a, needs),
    Rung.HELD: _works_here,
    Rung.OVER_CAPACITY: _works_here,
    Rung.LEADS: _leads_here,
    Rung.ON_CALL: _may_be_woken,
    Rung.GENERAL_TEAM: _is_general_agent,
    Rung.GENERAL_LEAD: lambda a, needs: _works_in_general(a, needs) and needs.general_team in a.candidate.leads,
    Rung.RESERVED: _comes_back,
}
