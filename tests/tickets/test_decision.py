"""Who gets the ticket: the ladder, the order and what decided, on plain values."""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tickets.assignment.assessment import Difference, Rung
from tickets.assignment.decision import decide, replay
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.scorers import score_of

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BILLING, GENERAL, ELSEWHERE = 1, 2, 3
PAYMENTS, GERMAN = 11, 12
MEDIUM, CRITICAL = 8, 24


def needs(**changes) -> Needs:
    return replace(Needs(priority=2, effort=MEDIUM, team=BILLING, general_team=GENERAL), **changes)


def critical(**changes) -> Needs:
    return needs(priority=4, effort=CRITICAL, is_critical=True, may_wake=True, **changes)


def agent(number: int, **changes) -> Candidate:
    return replace(
        Candidate(agent=number, load=0, capacity=64, teams=frozenset({BILLING}), is_on_shift=True, next_start_at=NOW),
        **changes,
    )


def lead(number: int, **changes) -> Candidate:
    return agent(number, leads=frozenset({BILLING}), **changes)


def generalist(number: int, **changes) -> Candidate:
    return agent(number, teams=frozenset({GENERAL}), **changes)


def off(number: int, starts_in_hours: int | None, **changes) -> Candidate:
    start = None if starts_in_hours is None else NOW + timedelta(hours=starts_in_hours)
    return agent(number, is_on_shift=False, next_start_at=start, **changes)


def chosen(the_needs: Needs, *candidates: Candidate):
    decision = decide(the_needs, candidates, NOW)
    return decision.rung, decision.winner


def test_the_skilled_agent_wins_over_the_idle_one():
    skilled = agent(1, load=24, skills={PAYMENTS: 4})
    assert chosen(needs(required={PAYMENTS: 3}), skilled, agent(2)) == (Rung.REQUIRED_SKILLS, 1)


def test_a_level_below_the_required_one_does_not_count():
    assert chosen(needs(required={PAYMENTS: 3}), agent(1, skills={PAYMENTS: 2}), agent(2, skills={PAYMENTS: 3})) == (
        Rung.REQUIRED_SKILLS,
        2,
    )


def test_when_the_skilled_are_full_somebody_with_room_takes_it():
    full = agent(1, load=60, skills={PAYMENTS: 5})
    assert chosen(needs(required={PAYMENTS: 3}), full, agent(2)) == (Rung.PREFERRED_SKILLS, 2)


def test_when_everybody_is_full_the_least_relative_load_decides():
    assert chosen(needs(), agent(1, load=64), agent(2, load=124, capacity=128)) == (Rung.OVER_CAPACITY, 2)


def test_a_team_that_holds_lets_the_ticket_wait_instead():
    rung, winner = chosen(needs(may_hold_until=NOW + timedelta(hours=1)), agent(1, load=64))
    assert (rung, winner) == (Rung.HELD, None)


def test_a_team_that_holds_still_gives_to_whoever_has_room():
    assert chosen(needs(may_hold_until=NOW + timedelta(hours=1)), agent(1)) == (Rung.REQUIRED_SKILLS, 1)


def test_leads_come_after_every_agent():
    assert chosen(needs(), agent(1, load=64), lead(2)) == (Rung.OVER_CAPACITY, 1)
    assert chosen(needs(), off(1, 5), lead(2)) == (Rung.LEADS, 2)


def test_the_general_team_takes_what_nobody_of_the_team_can():
    decision = decide(needs(), [off(1, 5), generalist(2)], NOW)
    assert (decision.rung, decision.winner, decision.team) == (Rung.GENERAL_TEAM, 2, GENERAL)


def test_the_general_lead_is_the_last_one_on_shift():
    assert chosen(needs(), generalist(2, leads=frozenset({GENERAL}))) == (Rung.GENERAL_LEAD, 2)


def test_critical_goes_to_a_lead_with_room():
    assert chosen(critical(), agent(1, skills={PAYMENTS: 5}), lead(2, load=40)) == (Rung.CRITICAL_LEAD, 2)


def test_critical_goes_to_the_best_skilled_when_the_lead_is_full_and_the_lead_watches():
    decision = decide(
        critical(required={PAYMENTS: 3}),
        [agent(1, skills={PAYMENTS: 2}), agent(2, load=24, skills={PAYMENTS: 5}), lead(3, load=64)],
        NOW,
    )
    assert (decision.rung, decision.winner, decision.watching_leads) == (Rung.BEST_SKILLED, 2, (3,))


def test_critical_wakes_whoever_is_on_call_when_nobody_is_on_shift():
    woken = off(2, 9, on_call_for=frozenset({BILLING}))
    assert chosen(critical(), off(1, 1), woken) == (Rung.ON_CALL, 2)


def test_nothing_less_than_critical_wakes_anybody():
    rung, winner = chosen(needs(), off(2, 9, on_call_for=frozenset({BILLING})), off(1, 1))
    assert (rung, winner) == (Rung.RESERVED, 1)


def test_whoever_belongs_to_no_team_and_is_only_on_call_gets_what_is_critical_and_nothing_else():
    for helps in (BILLING, ELSEWHERE):
        helper = agent(2, teams=frozenset(), on_call_for=frozenset({helps}))
        assert chosen(needs(), helper) == (Rung.NOBODY, None)
        assert chosen(needs(), helper, off(1, 9)) == (Rung.RESERVED, 1)
    assert chosen(critical(), agent(2, teams=frozenset(), on_call_for=frozenset({BILLING}))) == (Rung.ON_CALL, 2)


def test_an_absent_person_is_not_woken_even_when_on_call():
    gone = off(2, 9, on_call_for=frozenset({BILLING}), is_absent=True)
    assert chosen(critical(), off(1, 1), gone) == (Rung.RESERVED, 1)


def test_off_hours_the_best_agent_who_starts_in_time_gets_the_reservation():
    due = NOW + timedelta(hours=10)
    early, skilled = off(1, 2), off(2, 4, skills={PAYMENTS: 5})
    decision = decide(needs(required={PAYMENTS: 3}, first_response_due_at=due), [early, skilled], NOW)
    assert (decision.rung, decision.winner) == (Rung.RESERVED, 2)
    assert decision.starts_at == NOW + timedelta(hours=4)


def test_when_nobody_starts_in_time_the_earliest_shift_gets_it():
    due = NOW + timedelta(hours=1)
    early, skilled = off(1, 2), off(2, 4, skills={PAYMENTS: 5})
    assert chosen(needs(required={PAYMENTS: 3}, first_response_due_at=due), early, skilled) == (Rung.RESERVED, 1)


def test_a_reservation_stays_in_the_team_although_others_start_earlier():
    assert chosen(needs(), off(1, 9), off(2, 1, teams=frozenset({GENERAL}))) == (Rung.RESERVED, 1)


def test_without_anybody_in_team_and_general_team_any_agent_gets_it_at_once():
    decision = decide(needs(), [agent(1, teams=frozenset({ELSEWHERE}))], NOW)
    assert (decision.winner, decision.team, decision.starts_at) == (1, ELSEWHERE, None)


@pytest.mark.parametrize(
    "unfit",
    [
        agent(1, accepts_work=False),
        off(1, None),
        agent(1, is_on_shift=False, is_absent=True, next_start_at=None),
    ],
)
def test_nobody_is_chosen_who_does_not_work(unfit):
    assert chosen(needs(), unfit) == (Rung.NOBODY, None)


def test_whoever_is_excluded_gets_neither_ticket_nor_reservation():
    assert chosen(needs(excluded=frozenset({1})), agent(1)) == (Rung.NOBODY, None)


def test_ties_go_to_the_longest_idle_and_then_to_the_lowest_id():
    recent, earlier = NOW - timedelta(minutes=1), NOW - timedelta(hours=1)
    assert chosen(needs(), agent(1, last_assigned_at=recent), agent(2, last_assigned_at=earlier))[1] == 2
    assert chosen(needs(), agent(1, last_assigned_at=recent), agent(2))[1] == 2
    assert chosen(needs(), agent(2), agent(1))[1] == 1


def test_the_agent_who_knows_the_customer_is_preferred_among_equals():
    decision = decide(needs(), [agent(1), agent(2, has_affinity=True)], NOW)
    assert (decision.winner, decision.difference) == (2, Difference.AFFINITY)


@pytest.mark.parametrize(
    ("others", "difference"),
    [
        ([], Difference.ONLY_ONE),
        ([agent(2, load=64, skills={PAYMENTS: 5})], Difference.FULL),
        ([agent(2, load=16, skills={PAYMENTS: 4})], Difference.LOAD),
        ([agent(2, skills={PAYMENTS: 3})], Difference.SKILL),
        ([agent(2, skills={PAYMENTS: 4}, last_assigned_at=NOW)], Difference.IDLE_LONGER),
        ([agent(2, skills={PAYMENTS: 4})], Difference.ID),
    ],
)
def test_the_difference_that_decided_is_named(others, difference):
    winner = agent(1, skills={PAYMENTS: 4})
    decision = decide(needs(required={PAYMENTS: 3}), [winner, *others], NOW)
    assert decision.winner == 1
    assert decision.difference is difference
    assert decision.runner_up == (others[0].agent if others else None)


def test_score_parts_add_up():
    score = score_of(agent(1, load=20, skills={PAYMENTS: 2}, has_affinity=True), needs(preferred={GERMAN: 1}))
    assert score.total == score.affinity - (score.wait + score.carried + score.handling + score.missing)
    assert (score.wait, score.carried, score.missing, score.affinity) == (50, 10, 15, 10)


def _random_candidate(rng: random.Random, number: int) -> Candidate:
    is_on_shift = rng.random() < 0.6
    return Candidate(
        agent=number,
        load=rng.randrange(0, 80),
        capacity=rng.choice([32, 64, 96]),
        teams=frozenset(rng.sample([BILLING, GENERAL, ELSEWHERE], rng.randrange(0, 3))),
        leads=frozenset({BILLING}) if rng.random() < 0.2 else frozenset(),
        on_call_for=frozenset({GENERAL}) if rng.random() < 0.1 else frozenset(),
        accepts_work=rng.random() < 0.9,
        is_absent=not is_on_shift and rng.random() < 0.2,
        is_on_shift=is_on_shift,
        next_start_at=NOW + timedelta(hours=rng.randrange(0, 48)) if rng.random() < 0.9 else None,
        skills={PAYMENTS: rng.randrange(1, 6)} if rng.random() < 0.5 else {},
        last_assigned_at=NOW - timedelta(minutes=rng.randrange(0, 500)) if rng.random() < 0.7 else None,
        has_affinity=rng.random() < 0.1,
    )


def test_any_stored_decision_is_made_again_from_its_record_and_never_depends_on_the_order_of_candidates():
    rng = random.Random(7)
    for _round in range(500):
        candidates = [_random_candidate(rng, number) for number in range(1, rng.randrange(1, 12))]
        the_needs = needs(
            is_critical=rng.random() < 0.3,
            required={PAYMENTS: 3} if rng.random() < 0.5 else {},
            first_response_due_at=NOW + timedelta(hours=rng.randrange(1, 30)),
        )
        decision = decide(the_needs, candidates, NOW)
        rng.shuffle(candidates)
        assert decide(the_needs, candidates, NOW) == decision
        assert replay(decision.to_record()) == decision


def test_nobody_off_shift_and_not_on_call_is_given_a_ticket_that_starts_now():
    rng = random.Random(11)
    for _round in range(500):
        candidates = [_random_candidate(rng, number) for number in range(1, rng.randrange(2, 12))]
        decision = decide(critical() if rng.random() < 0.3 else needs(), candidates, NOW)
        winner = next((c for c in candidates if c.agent == decision.winner), None)
        if winner is not None and decision.starts_at is None and decision.rung is not Rung.RESERVED:
            assert winner.is_on_shift or winner.on_call_for
            assert winner.accepts_work
            assert not winner.is_absent
