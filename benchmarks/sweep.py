"""`./run bench sweep`: a thousand broken promises among 100,000 open tickets, and none among a million running clocks.

What the levels do afterwards is done ticket by ticket and is not measured here.
"""

from collections.abc import Sequence
from datetime import timedelta
from statistics import median

from django.db import connection
from django.db.models import F
from django.utils.timezone import now

from benchmarks.filling import fill, run_unhurried, settle
from benchmarks.goal import Goal, MissingData, require_rows
from benchmarks.house import build_house
from benchmarks.measuring import milliseconds, seconds_of, statements_of, taking_turns
from escalation.kinds import SLA_BREACHED
from escalation.models import Clock
from escalation.models.clock import ClockState
from escalation.services.sweeping import sweep_clocks
from tickets.models import OutboxEntry

OPEN, RUNNING, DUE, ROUNDS = 100_000, 1_000_000, 1_000, 5

_FLOOR = """
    UPDATE escalation_clock SET state = 'breached', breached_at = due_at, breach_cause = 'late'
     WHERE state = 'running' AND due_at <= %s
"""
# Ten more on each ticket: the sweep looks at clocks only, until one is due.
_MORE_CLOCKS = """
    INSERT INTO escalation_clock (ticket_id, metric, cycle, state, policy_id, policy_version, calendar_version_id,
        target_seconds, warning_seconds, started_at, paused_seconds, due_at, warning_at, breach_cause)
    SELECT ticket_id, 'next_response', n, 'running', policy_id, policy_version, calendar_version_id,
           target_seconds, warning_seconds, started_at, 0, now() + interval '3 days' + interval '1 minute' * n,
           now() + interval '2 days' + interval '1 minute' * n, ''
      FROM escalation_clock, generate_series(1, %(cycles)s) AS n
     WHERE metric = 'resolution'
"""


def run(_argv: Sequence[str]) -> list[Goal]:
    fill(build_house(), OPEN, unresolved=OPEN)
    floors: list[float] = []
    sweeps: list[float] = []
    statements: list[int] = []
    for _round in range(ROUNDS):
        _let_some_run_out()
        floors.append(seconds_of(_floor))
        _let_some_run_out()
        sweeps.append(seconds_of(lambda: statements.append(statements_of(_sweep))))
    print(f"Floor, one UPDATE of {DUE:,} clocks: {milliseconds(median(floors)):.0f} ms.", end=" ")
    print(f"The sweep takes {median(sweeps) / median(floors):.1f} times that; the first one took {sweeps[0]:.2f} s.")
    told = OutboxEntry.objects.filter(position=None, event__kind=SLA_BREACHED).count()
    marked = Clock.objects.filter(state=ClockState.BREACHED, breached_at=F("due_at")).count()
    return [
        Goal.at_most(f"{DUE:,} due among {OPEN:,} open tickets, median", median(sweeps), 0.5, unit="s"),
        Goal.at_most("statements of such a sweep", max(statements), 40, unit="statements"),
        Goal.exactly("breached at their deadline, floor included", marked, 2 * ROUNDS * DUE, unit="clocks"),
        Goal.exactly("breaches recorded and waiting to be told", told, ROUNDS * DUE, unit="events"),
        Goal.exactly("broken and not marked", Clock.objects.missed(now()).count(), 0, unit="clocks"),
        _nothing_due(),
    ]


def _nothing_due() -> Goal:
    run_unhurried((_MORE_CLOCKS, {"cycles": RUNNING // OPEN}))
    settle()
    require_rows("Running clocks", Clock.objects.running().count(), at_least=RUNNING)
    found = sweep_clocks(as_of=now())
    if found:
        raise MissingData(f"{found:,} clocks were due where none should be.")
    taken = taking_turns({"sweep": lambda: sweep_clocks(as_of=now())}, rounds=15)["sweep"]
    return Goal.at_most(f"nothing due among {RUNNING:,} running clocks, median", milliseconds(taken), 20, unit="ms")


def _let_some_run_out() -> None:
    """Spread over the table, as in life."""
    at = now()
    running = list(Clock.objects.running().order_by("ticket_id").values_list("pk", flat=True))
    chosen = running[:: len(running) // DUE][:DUE]
    Clock.objects.filter(pk__in=chosen).update(due_at=at - timedelta(seconds=5), warning_at=None)
    require_rows("Clocks that are due", Clock.objects.to_breach(at).count(), at_least=DUE)


def _sweep() -> None:
    require_rows("Clocks marked by the sweep", sweep_clocks(as_of=now()), at_least=DUE)


def _floor() -> None:
    with connection.cursor() as cursor:
        cursor.execute(_FLOOR, [now()])
        require_rows("Clocks marked by the floor", cursor.rowcount, at_least=DUE)
