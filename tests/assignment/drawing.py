"""Random facts for decisions: people of three teams with any load, shift, skill and history, and any ticket for them."""

import random
from datetime import UTC, datetime, timedelta

from tickets.assignment.facts import Candidate, Needs

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BILLING, GENERAL, ELSEWHERE = 1, 2, 3
PAYMENTS, GERMAN = 11, 12
EFFORTS = {1: 4, 2: 8, 3: 16, 4: 24}


def any_candidate(rng: random.Random, number: int) -> Candidate:
    is_on_shift = rng.random() < 0.7
    teams = frozenset(rng.sample([BILLING, BILLING, GENERAL, ELSEWHERE], rng.randrange(0, 3)))
    load = rng.randrange(0, 80)
    return Candidate(
        agent=number,
        load=load,
        capacity=rng.choice([8, 32, 64, 96]),
        teams=teams,
        leads=frozenset(team for team in teams if rng.random() < 0.2),
        on_call_for=frozenset({rng.choice([BILLING, GENERAL])}) if rng.random() < 0.1 else frozenset(),
        accepts_work=rng.random() < 0.9,
        is_absent=not is_on_shift and rng.random() < 0.3,
        is_on_shift=is_on_shift,
        next_start_at=NOW + timedelta(hours=0 if is_on_shift else rng.randrange(0, 48)) if rng.random() < 0.9 else None,
        skills={skill: rng.randrange(1, 6) for skill in (PAYMENTS, GERMAN) if rng.random() < 0.5},
        last_assigned_at=NOW - timedelta(minutes=rng.randrange(0, 300)) if rng.random() < 0.7 else None,
        has_affinity=rng.random() < 0.1,
        ahead=rng.randrange(0, load + 1),
        is_busy=load > 0,
    )


def any_needs(rng: random.Random) -> Needs:
    priority = rng.choice([1, 2, 2, 3, 4])
    return Needs(
        priority=priority,
        effort=EFFORTS[priority],
        team=BILLING,
        general_team=GENERAL,
        is_critical=priority == 4,
        required={PAYMENTS: rng.randrange(1, 4)} if rng.random() < 0.6 else {},
        preferred={GERMAN: 2} if rng.random() < 0.3 else {},
        first_response_due_at=NOW + timedelta(hours=rng.randrange(1, 30)) if rng.random() < 0.9 else None,
        may_hold_until=NOW + timedelta(hours=1) if rng.random() < 0.1 else None,
        excluded=frozenset({rng.randrange(1, 12)}) if rng.random() < 0.2 else frozenset(),
        wants_lead=rng.random() < 0.1,
        may_wake=priority == 4,
        scorer=rng.choice(["balanced", "balanced", "round_robin", "load"]),
        is_offered=rng.random() < 0.1,
        may_spill=rng.random() < 0.2,
    )


def any_people(rng: random.Random) -> list[Candidate]:
    return [any_candidate(rng, number) for number in range(1, rng.randrange(1, 12))]
