"""The sweep over clocks: a thousand broken promises among 100,000 open tickets, and none among a million.

Three rounds of each size, and the middle one counts. What the levels then do is done ticket by ticket afterwards and
is not measured here.
"""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from statistics import median
from typing import Any

from django.db import connection
from django.db.models import F, QuerySet
from django.utils.timezone import now

from benchmarks.goal import Goal, MissingData, require_rows
from escalation.kinds import SLA_BREACHED
from escalation.models import Clock, SlaPolicy
from escalation.models.clock import ClockState
from escalation.services.sweeping import sweep_clocks
from teams.models import AgentProfile, Calendar, Team, TeamMembership, User
from tickets.models import TicketEvent

FEW, MANY, DUE, ROUNDS = 100_000, 1_000_000, 1_000, 3

_TICKETS = """
    INSERT INTO tickets_ticket (public_id, title, status, priority, channel, requester_id, team_id, assignee_id,
                                created_by_external_id, opened_at, updated_at, version, last_event_hash)
    SELECT gen_random_uuid(), 'Question ' || n, 'assigned', 1 + n %% 4, 'web', %(requester)s, %(team)s,
           (%(agents)s::bigint[])[1 + n %% 20], '', %(opened)s, %(opened)s, 0, ''
      FROM generate_series(1, %(count)s) AS n
"""
# Both clocks of each ticket that has none yet, due one second after another in the coming weeks.
_CLOCKS = """
    INSERT INTO escalation_clock (ticket_id, metric, cycle, state, policy_id, policy_version, calendar_version_id,
                                  target_seconds, warning_seconds, started_at, paused_seconds, due_at, warning_at,
                                  breach_cause)
    SELECT ticket.id, metric.name, 1, 'running', %(policy)s, 1, %(calendar)s, metric.target, metric.target * 3 / 4,
           ticket.opened_at, 0, %(due)s + ticket.id * interval '1 second' + metric.target * interval '1 second',
           %(due)s + ticket.id * interval '1 second', ''
      FROM tickets_ticket AS ticket, (VALUES ('first_response', 14400), ('resolution', 86400)) AS metric (name, target)
     WHERE NOT EXISTS (SELECT FROM escalation_clock WHERE ticket_id = ticket.id)
"""


def run(argv: Sequence[str]) -> list[Goal]:
    load(FEW)
    rounds = [_sweep_of_due() for _round in range(ROUNDS)]
    load(MANY - FEW)
    idle = [_sweep(expected=0)[0] for _round in range(ROUNDS)]
    return [
        Goal.at_most(f"{DUE:,} due among {FEW:,} open", median(took for took, _count in rounds), 0.5, unit="s"),
        Goal.at_most("statements for that", max(count for _took, count in rounds), 40, unit="statements"),
        Goal.exactly("breached at their deadline", _breached().count(), ROUNDS * DUE, unit="clocks"),
        Goal.exactly("events for that", TicketEvent.objects.filter(kind=SLA_BREACHED).count(), ROUNDS * DUE, unit=""),
        Goal.exactly("broken and not marked", Clock.objects.missed(now()).count(), 0, unit="clocks"),
        Goal.at_most(f"nothing due among {MANY:,} open", median(idle) * 1000, 20, unit="ms"),
    ]


def load(count: int) -> None:
    """That many more open tickets, with two running clocks each."""
    desk = _desk()
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(_TICKETS, desk | {"count": count, "opened": now() - timedelta(days=10)})
        cursor.execute(_CLOCKS, desk | {"due": now() + timedelta(days=1)})
        cursor.execute("VACUUM ANALYZE tickets_ticket, escalation_clock")
        cursor.execute("RESET statement_timeout")
    require_rows("clocks of open tickets", Clock.objects.running().count(), at_least=count)


def _desk() -> dict[str, Any]:
    """The team, its twenty agents and what they promise; made once."""
    calendar = Calendar.objects.default()
    team, is_new = Team.objects.get_or_create(slug="bench", defaults={"name": "Bench", "calendar": calendar})
    if is_new:
        for number in range(20):
            agent = User.objects.create(email=f"agent{number}@bench.example", is_staff=True)
            AgentProfile.objects.create(user=agent)
            TeamMembership.objects.create(team=team, user=agent)
    requester, _is_new = User.objects.get_or_create(email="customer@bench.example")
    return {
        "team": team.pk,
        "agents": list(team.memberships.order_by("pk").values_list("user_id", flat=True)),
        "requester": requester.pk,
        "policy": SlaPolicy.objects.earliest("pk").pk,
        "calendar": calendar.current_version().pk,
    }


def _sweep_of_due() -> tuple[float, int]:
    """Seconds and statements of a sweep over clocks that have just run out."""
    soonest = Clock.objects.running().order_by("due_at").values("pk")[:DUE]
    Clock.objects.filter(pk__in=soonest).update(due_at=F("due_at") - timedelta(days=9), warned_at=F("warning_at"))
    return _sweep(expected=DUE)


def _sweep(*, expected: int) -> tuple[float, int]:
    statements = 0

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal statements
        statements += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        started = time.perf_counter()
        found = sweep_clocks(as_of=now())
        took = time.perf_counter() - started
    if found != expected:
        raise MissingData(f"The sweep found {found:,} clocks instead of {expected:,}.")
    return took, statements


def _breached() -> QuerySet[Clock]:
    return Clock.objects.filter(state=ClockState.BREACHED, breached_at=F("due_at"))
