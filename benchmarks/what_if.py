"""`./run bench what_if`: the last year's 100,000 tickets played again under a draft, with progress, writing nothing.

`./run bench what_if 5000` takes fewer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.timezone import now

from benchmarks.filling import fill, run_unhurried, settle
from benchmarks.goal import Goal, require_rows
from benchmarks.house import build_house
from benchmarks.measuring import seconds_of
from escalation.models import Clock, Escalation, SlaPolicy
from escalation.services.what_if import simulate
from teams.models import Calendar
from tickets.models import Ticket, TicketEvent

TICKETS, DAYS = 100_000, 400

# The filling leaves out what nothing else reads.
_OPENINGS = """
    ALTER TABLE tickets_ticketevent DISABLE TRIGGER ticket_event_no_rewriting;
    UPDATE tickets_ticketevent AS event
       SET data = data || jsonb_build_object('team', ticket.team_id, 'category', category.slug, 'channel', 'web',
                                             'priority', (ARRAY['low', 'medium', 'high', 'critical'])[ticket.priority])
      FROM tickets_ticket AS ticket LEFT JOIN tickets_category AS category ON category.id = ticket.category_id
     WHERE event.ticket_id = ticket.id AND event.kind = 'ticket.opened';
    ALTER TABLE tickets_ticketevent ENABLE TRIGGER ticket_event_no_rewriting;
"""


def run(argv: Sequence[str]) -> list[Goal]:
    tickets = int(argv[0]) if argv else TICKETS
    fill(build_house(), tickets, unresolved=tickets // 20)
    run_unhurried((_OPENINGS, {}))
    settle()
    draft = _draft()
    told: list[int] = []
    results: list[dict[str, Any]] = []
    stands = _stands()

    def progress(done: int, total: int, checkpoint: Mapping[str, Any] | None = None) -> None:  # noqa: ARG001 - its shape
        told.append(done)

    taken = seconds_of(lambda: results.append(simulate(days=DAYS, draft=draft, until=now(), progress=progress)))
    require_rows("Tickets played", results[0]["would"]["tickets"], at_least=tickets)
    require_rows("Promises broken under the draft", sum(results[0]["would"]["breaches"].values()), at_least=1)
    return [
        Goal.at_most(f"a draft over {tickets:,} tickets", taken, 60 * tickets / TICKETS, unit="s"),
        Goal.at_least("times that progress is told", len(told), tickets // 1000, unit="times"),
        Goal.exactly("rows written", _stands() - stands, 0, unit="rows"),
    ]


def _draft() -> dict[str, Any]:
    """Office hours with a lunch break, and half the time: the arithmetic of a usual desk."""
    office = Calendar.objects.create(name="Office", time_zone="Europe/Berlin", country="DE", region="BY")
    for day in range(5):
        office.spans.create(weekday=day, opens="09:00", closes="12:00")
        office.spans.create(weekday=day, opens="13:00", closes="17:00")
    policy = SlaPolicy.objects.active().earliest("position", "pk")
    targets = {
        priority: {"first_response": 1800, "next_response": 3600, "resolution": 8 * 3600}
        for priority in ("low", "medium", "high", "critical")
    }
    return {"policies": {str(policy.pk): {"calendar": office.pk, "targets": targets}}}


def _stands() -> int:
    return sum(model.objects.count() for model in (Ticket, TicketEvent, Clock, Escalation))
