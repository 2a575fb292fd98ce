"""What decided is what decided: were it not, the runner-up would have the ticket; and everything adds up.

`DECISIONS=10000 ./run test tests/assignment -n0` draws more of them.
"""

import os
import random
from dataclasses import replace

import pytest

from tests.assignment.drawing import NOW, any_needs, any_people
from tickets.assignment.assessment import Difference
from tickets.assignment.decision import decide, replay
from tickets.assignment.explanation import LIMIT, Names, sentence

DECISIONS = int(os.environ.get("DECISIONS", "300"))
LONG = "Hubertus-Maximilian von und zu Hohenstaufen-Wittelsbach"


def drawn():
    for seed in range(DECISIONS):
        rng = random.Random(seed)
        yield any_needs(rng), any_people(rng)


def decided():
    """With a winner and a runner-up."""
    for needs, people in drawn():
        decision = decide(needs, people, NOW)
        if decision.runner_up is not None:
            yield needs, people, decision


def without(differences, theirs, winner, needs):
    """The runner-up, given what the winner has in each of these."""
    needed = {*needs.required, *needs.preferred}
    alike = {
        Difference.SHIFT: {"is_on_shift": winner.is_on_shift, "is_absent": winner.is_absent},
        Difference.TEAM: {"teams": winner.teams, "leads": winner.leads, "on_call_for": winner.on_call_for},
        Difference.SKILL: {"skills": {skill: level for skill, level in winner.skills.items() if skill in needed}},
        Difference.AFFINITY: {"has_affinity": winner.has_affinity},
        Difference.EARLIER: {"next_start_at": winner.next_start_at},
        Difference.IDLE_LONGER: {"last_assigned_at": winner.last_assigned_at},
        Difference.ID: {"agent": 0},
    }
    busy = {name: getattr(winner, name) for name in ("load", "ahead", "is_busy", "capacity")}
    alike |= {Difference.FULL: busy, Difference.LOAD: busy}
    for difference in differences:
        theirs = replace(theirs, **alike[difference])
    return theirs


def winner_without(differences, needs, people, decision):
    by_id = {person.agent: person for person in people}
    changed = without(differences, by_id[decision.runner_up], by_id[decision.winner], needs)
    others = [person for person in people if person.agent != decision.runner_up]
    return decide(needs, [*others, changed], NOW).winner


def test_parts_add_up_to_the_score():
    for needs, people in drawn():
        for assessment in decide(needs, people, NOW).assessments:
            parts = assessment.score.to_record()
            total = parts.pop("total")
            assert total == parts.pop("affinity") - sum(parts.values())


def test_the_runner_up_is_who_gets_it_without_the_winner():
    for needs, people, decision in decided():
        others = [person for person in people if person.agent != decision.winner]
        again = decide(needs, others, NOW)
        # Who is too far above their equals depends on who these are.
        if needs.scorer != "balanced" and again.winner is not None:
            assert again.winner == decision.runner_up


def test_without_the_named_difference_somebody_else_wins():
    for needs, people, decision in decided():
        assert winner_without(decision.differences, needs, people, decision) != decision.winner


def test_nothing_is_named_that_did_not_decide():
    for needs, people, decision in decided():
        # Who is too far above their equals depends on who these are, and taking differences away changes that.
        if needs.scorer == "balanced" or len(decision.differences) == 1:
            continue
        for one in decision.differences:
            others = [each for each in decision.differences if each is not one]
            assert winner_without(others, needs, people, decision) == decision.winner


def test_stored_decisions_are_made_again_the_same():
    for needs, people in drawn():
        decision = decide(needs, people, NOW)
        assert replay(decision.to_record()) == decision


def test_a_record_of_the_first_release_is_made_again_as_it_was_then():
    """It knows nothing of what is due earlier, and weighs the load alone."""
    for needs, people in drawn():
        old = replace(needs, scorer="load", is_offered=False, may_spill=False)
        decision = decide(old, [replace(person, ahead=None, is_busy=False) for person in people], NOW)
        record = decision.to_record()
        for name in ("scorer", "is_offered", "may_spill"):
            del record["needs"][name]
        for row in record["candidates"]:
            del row["facts"]["ahead"], row["facts"]["is_busy"]
        del record["differences"]
        assert replay(record).winner == decision.winner


@pytest.mark.parametrize("name", ["Amir", LONG])
def test_the_sentence_is_short_and_names_the_runner_up(name):
    names = Names(dict.fromkeys(range(20), name), {1: name, 2: name, 3: name}, {11: name, 12: name})
    for needs, people in drawn():
        record = decide(needs, people, NOW).to_record()
        text = sentence(record, names)
        assert 0 < len(text) <= LIMIT
        assert "?" not in text
        if record["runner_up"] is not None and name == "Amir":
            assert "; Amir " in text
            assert text.endswith(".")
