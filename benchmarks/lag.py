"""`./run bench lag`: how late a breach is found among 100,000 running clocks, with sweeps as often as the beat sends them.

`./run bench lag 5000` takes fewer.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from django.db import connection
from django.utils.timezone import now

from benchmarks.filling import fill, settle
from benchmarks.goal import Goal, require_rows
from benchmarks.house import build_house
from escalation import keeping
from escalation.models import Clock
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from helpdesk.schedule import SWEEPS

OPEN, A_SECOND, SECONDS = 100_000, 20, 60

# So many fall due in each second of the coming minute.
_FALL_DUE = """
    UPDATE escalation_clock AS clock SET due_at = now() + interval '1 second' * (chosen.place / %(a_second)s), warning_at = NULL
      FROM (SELECT id, row_number() OVER (ORDER BY ticket_id) - 1 AS place FROM escalation_clock WHERE state = 'running'
             ORDER BY ticket_id LIMIT %(count)s) AS chosen
     WHERE clock.id = chosen.id
"""


def run(argv: Sequence[str]) -> list[Goal]:
    tickets = int(argv[0]) if argv else OPEN
    fill(build_house(), tickets, unresolved=tickets)
    settle()
    count = min(A_SECOND * SECONDS, Clock.objects.running().count() // 2)
    began = now()
    with connection.cursor() as cursor:
        cursor.execute(_FALL_DUE, {"a_second": A_SECOND, "count": count})
    every = next(sweep.every_seconds for sweep in SWEEPS if sweep.name == "sweep_clocks")
    until = began + timedelta(seconds=count / A_SECOND + every)
    while (at := now()) < until:
        sweep_clocks(as_of=at)
        fire_due_levels(as_of=now())
        time.sleep(max(0.0, every - (now() - at).total_seconds()))
    sweep_clocks(as_of=now())
    lag = keeping.lag(since=began - timedelta(seconds=1))
    require_rows("Breaches found", lag.count if lag else 0, at_least=count)
    return [
        Goal.at_most(f"found after, p99, among {tickets:,} open tickets", lag.p99 if lag else None, 15, unit="s"),
        Goal.at_most("found after, the latest", lag.worst if lag else None, 15, unit="s"),
        Goal.exactly("missed", keeping.reconciliation(as_of=now()).missed, 0, unit="promises"),
    ]
