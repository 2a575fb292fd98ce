"""The examples and figures of docs/ASSIGNMENT.md."""

from datetime import UTC, datetime, timedelta

import pytest

from tickets.assignment.assessment import Difference, Rung
from tickets.assignment.decision import decide
from tickets.assignment.effort import effort_of
from tickets.assignment.explanation import Names, sentence
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.ladder import ladder
from tickets.assignment.scorers import score_of
from tickets.lifecycle import Status
from tickets.models import Priority

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
BILLING, GENERAL, PAYMENTS, GERMAN = 1, 2, 11, 12
UNIT = 8


def needs(**changes):
    fields = {"priority": 2, "effort": UNIT, "team": BILLING, "general_team": GENERAL, "required": {PAYMENTS: 2}}
    return Needs(**(fields | {"first_response_due_at": NOW + timedelta(hours=4)} | changes))


def agent(number, level, **changes):
    fields = {"load": 0, "capacity": 8 * UNIT, "teams": frozenset({BILLING}), "is_on_shift": True}
    skills = {PAYMENTS: level} if level else {}
    return Candidate(**({"agent": number, "skills": skills, "next_start_at": NOW} | fields | changes))


def test_amir_has_more_and_less_before_it():
    amir = agent(1, 4, load=3 * UNIT, ahead=UNIT, is_busy=True)
    berta = agent(2, 3, load=2 * UNIT, ahead=2 * UNIT, is_busy=True)
    assert [-score_of(each, needs()).total for each in (amir, berta)] == [49, 68]
    decision = decide(needs(), [amir, berta], NOW)
    assert (decision.rung, decision.winner, decision.runner_up) == (Rung.REQUIRED_SKILLS, 1, 2)
    # Berta also knows less, and joined later: with as little to do before it she would still come second.
    assert decision.differences == (Difference.LOAD, Difference.SKILL, Difference.ID)
    told = sentence(decision.to_record(), Names({1: "Amir", 2: "Berta"}, {BILLING: "Billing"}, {PAYMENTS: "payments"}))
    assert told == "Knows payments (4/5), 3 of 8 units busy; Berta has more due before it and knows less."


@pytest.mark.parametrize(
    ("priority", "units"), [(Priority.CRITICAL, 3), (Priority.HIGH, 2), (Priority.MEDIUM, 1), (Priority.LOW, 0.5)]
)
def test_effort_in_units(priority, units):
    assert effort_of(priority) == units * UNIT
    assert effort_of(priority, Status.PENDING_CUSTOMER) == units * UNIT / 4
    assert effort_of(priority, Status.RESOLVED) == 0


@pytest.mark.parametrize(("level", "minutes"), [(0, 32), (1, 27), (2, 23), (3, 20), (4, 17), (5, 16)])
def test_handling_one_unit_by_level(level, minutes):
    assert score_of(agent(1, level, ahead=0), needs(required={PAYMENTS: 1})).handling == minutes


def test_whoever_has_anything_to_do_is_in_the_middle_of_it():
    assert score_of(agent(1, 3, load=UNIT, ahead=0, is_busy=True), needs()).wait == 10
    assert score_of(agent(1, 3, load=0, ahead=0), needs()).wait == 0
    assert score_of(agent(1, 3, load=UNIT, ahead=UNIT, is_busy=True), needs()).wait == 20


def test_missing_skills_and_affinity():
    assert score_of(agent(1, 0), needs(preferred={GERMAN: 1})).missing == 60
    assert score_of(agent(1, 3, has_affinity=True), needs()).affinity == 10


def test_equals_never_drift_more_than_two_units_apart():
    """Number 1 has little that is due earlier, but two and a half units more than number 2, who knows as much."""
    busier = agent(1, 3, load=5 * UNIT // 2, ahead=0, is_busy=True)
    other = agent(2, 3, load=0, ahead=0)
    other_is_late = agent(2, 3, load=UNIT, ahead=UNIT, is_busy=True)
    assert decide(needs(), [busier, other], NOW).winner == 2
    assert decide(needs(), [agent(1, 3, load=3 * UNIT, ahead=0, is_busy=True), other_is_late], NOW).winner == 2
    assert decide(needs(), [agent(1, 3, load=2 * UNIT, ahead=0, is_busy=True), other_is_late], NOW).winner == 1


def test_the_ladder_of_a_critical_ticket_and_of_a_team_that_passes_on_and_holds():
    assert ladder(needs(is_critical=True, may_wake=True)) == (
        Rung.CRITICAL_LEAD, Rung.BEST_SKILLED, Rung.OVER_CAPACITY, Rung.LEADS, Rung.ON_CALL, Rung.GENERAL_TEAM,
        Rung.GENERAL_LEAD, Rung.RESERVED,
    )  # fmt: skip
    assert ladder(needs(may_spill=True, may_hold_until=NOW)) == (
        Rung.REQUIRED_SKILLS, Rung.PREFERRED_SKILLS, Rung.SPILLED, Rung.HELD, Rung.OVER_CAPACITY, Rung.LEADS,
        Rung.GENERAL_TEAM, Rung.GENERAL_LEAD, Rung.RESERVED,
    )  # fmt: skip
    assert ladder(needs(is_offered=True, may_hold_until=NOW))[0] is Rung.OFFERED
