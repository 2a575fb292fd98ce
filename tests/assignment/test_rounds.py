"""Asking the ticket's team first and others only when they matter gives what asking all of them at once gives.

`DECISIONS=10000 ./run test tests/assignment -n0` draws more of them.
"""

import os
import random
from collections import Counter
from dataclasses import replace

from django.db import connection
from django.test.utils import CaptureQueriesContext

from teams.models import TeamMembership
from tests.assignment.drawing import BILLING, GENERAL, NOW, any_needs, any_people
from tests.cast import make_agent
from tickets.assignment.assessment import Rung
from tickets.assignment.decision import decide, decide_in_rounds
from tickets.models import AssignmentDecision

DECISIONS = int(os.environ.get("DECISIONS", "300"))


def seen(people, teams):
    """As the loader shows them."""
    near = [
        replace(one, teams=one.teams & teams, leads=one.leads & teams, on_call_for=one.on_call_for & teams)
        for one in people
    ]
    return [one for one in near if one.teams or one.on_call_for]


def outcome(decision):
    """All of a decision but whom else it looked at."""
    return (
        decision.rung,
        decision.team,
        decision.winner,
        decision.runner_up,
        decision.differences,
        decision.starts_at,
        decision.watching_leads,
    )


def test_rounds_end_as_one_look_at_everybody_near_does():
    asked = Counter()
    for seed in range(DECISIONS):
        rng = random.Random(seed)
        needs, people, rounds = any_needs(rng), any_people(rng), []

        def candidates_of(teams, people=people, rounds=rounds):
            rounds.append(teams)
            return people if teams is None else seen(people, frozenset(teams))

        decision = decide_in_rounds(needs, candidates_of, NOW)
        asked[len(rounds)] += 1
        at_once = decide(needs, seen(people, frozenset({BILLING, GENERAL})), NOW)
        if at_once.rung is Rung.NOBODY:
            at_once = decide(needs, people, NOW)
        assert outcome(decision) == outcome(at_once), seed
    # Each way of ending was drawn.
    assert set(asked) == {1, 2, 3}


def locked(cast, **ticket):
    """Agents by the statements that lock their loads."""
    with CaptureQueriesContext(connection) as captured:
        opened = cast.open_ticket(**ticket)
    return opened, [
        query["sql"] for query in captured if "NO KEY UPDATE" in query["sql"] and "agentload" in query["sql"]
    ]


def test_a_team_that_can_decide_alone_locks_nobody_else(cast):
    make_agent("Berta", cast.billing)
    cast.open_ticket()
    opened, statements = locked(cast)
    assert len(statements) == 1
    looked_at = {
        row["facts"]["agent"] for row in AssignmentDecision.objects.get(event__ticket=opened).record["candidates"]
    }
    members = TeamMembership.objects.filter(team=cast.billing).values_list("user", flat=True)
    assert looked_at == set(members)


def test_somebody_of_both_teams_is_never_locked_without_the_rest_of_the_general_one(cast):
    """Else two decisions could each hold a part of it and wait for the other's."""
    berta = make_agent("Berta", cast.billing)
    TeamMembership.objects.create(team=cast.general, user=berta)
    cast.open_ticket()
    _opened, statements = locked(cast)
    general = set(TeamMembership.objects.filter(team=cast.general).values_list("user", flat=True))
    assert berta.pk in general
    for pk in general:
        assert str(pk) in statements[0].split("ANY(")[1].split(")")[0]
