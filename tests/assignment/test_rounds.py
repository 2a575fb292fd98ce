"""Asking the ticket's team first and others only when they matter gives what asking all of them at once gives.

`DECISIONS=10000 ./run test tests/assignment -n0` draws more of them.
"""

import os
import random
import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from teams.models import OnCallShift, TeamMembership
from tests.assignment.drawing import BILLING, GENERAL, NOW, any_needs, any_people
from tests.cast import MONDAY, make_agent
from tickets.assignment.assessment import Rung
from tickets.assignment.decision import decide, decide_in_rounds
from tickets.events import Cause
from tickets.models import AgentLoad, AssignmentDecision, Ticket
from tickets.services.assigning import reassign

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


@pytest.mark.parametrize("how", ["of both teams", "on call for it", "holds the ticket"])
def test_one_of_the_general_team_is_never_locked_without_the_others(cast, how):
    """Else two decisions could each hold a part of it and wait for the other's."""
    berta = make_agent("Berta", cast.general if how == "holds the ticket" else cast.billing)
    for name in ("Gina", "Gerd"):
        make_agent(name, cast.general)
    ticket = cast.open_ticket()
    if how == "of both teams":
        TeamMembership.objects.create(team=cast.general, user=berta)
    elif how == "on call for it":
        OnCallShift.objects.create(user=berta, team=cast.general, starts_at=MONDAY, ends_at=now() + timedelta(days=1))
    else:
        Ticket.objects.filter(pk=ticket.pk).update(assignee=berta)
        AgentLoad.objects.update_or_create(agent=berta, defaults={"load_eighths": 8})
    with CaptureQueriesContext(connection) as captured:
        reassign(ticket, by=None, destination="next_best", cause=Cause.ESCALATION, at=MONDAY)
    first = next(query["sql"] for query in captured if "agentload" in query["sql"] and "NO KEY UPDATE" in query["sql"])
    asked_for = set(map(int, re.findall(r"\d+", first.split("ANY(")[1].split(")")[0])))
    general = set(TeamMembership.objects.filter(team=cast.general).values_list("user", flat=True))
    assert len(general) > 1
    assert asked_for >= general | {berta.pk}
