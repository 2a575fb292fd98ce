"""What would have happened to the tickets of the last days under a draft, against what did. A job; writes nothing else."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.utils.timezone import now

from escalation.actions import calls_in, messages_in
from escalation.models import Clock, Escalation
from escalation.models.clock import ClockState
from escalation.simulation.replay import Played, replay
from escalation.simulation.rules import rules_today
from escalation.simulation.story import stories_of
from helpdesk.core.jobs import Progress, job
from helpdesk.core.models import Job
from tickets.models import Ticket
from tickets.models.ticket import REFERENCE_PREFIX

WHAT_IF = "escalation.what_if"
MOST_DAYS = 400
BATCH = 1000
# So many tickets are shown by name; the rest is counted.
SHOWN = 50


@dataclass(slots=True)
class Tally:
    """Breaches by metric, firings by policy and level, messages to people, calls of webhooks."""

    tickets: int = 0
    breaches: Counter[str] = field(default_factory=Counter)
    firings: Counter[str] = field(default_factory=Counter)
    messages: int = 0
    calls: int = 0

    def told(self) -> dict[str, Any]:
        return {
            "tickets": self.tickets,
            "breaches": dict(self.breaches),
            "firings": dict(self.firings),
            "messages": self.messages,
            "calls": self.calls,
        }


@job(WHAT_IF)
def what_if(row: Job, progress: Progress) -> dict[str, Any]:
    """`arguments`: {"days": n, "draft": see `rules_today`}. The tickets are those opened in these days."""
    until = row.created_at
    return simulate(days=row.arguments["days"], draft=row.arguments.get("draft", {}), until=until, progress=progress)


def simulate(
    *, days: int, draft: Mapping[str, Any], until: datetime | None = None, progress: Progress
) -> dict[str, Any]:
    until = until or now()
    rules = rules_today(draft)
    tickets = Ticket.objects.filter(opened_at__gt=until - timedelta(days=days), opened_at__lte=until)
    ids = list(tickets.order_by("pk").values_list("pk", flat=True))
    would, did = Tally(tickets=len(ids)), Tally(tickets=len(ids))
    shown: list[dict[str, Any]] = []
    impossible = 0
    progress(0, len(ids))
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        played = [replay(story, rules, until=until) for story in stories_of(batch)]
        impossible += sum(each.is_impossible for each in played)
        _count(would, played)
        recorded = _record(did, batch, until)
        for each in played:
            if len(shown) < SHOWN:
                shown += _differences(each, recorded.get(each.ticket, {}))
        progress(min(start + BATCH, len(ids)), len(ids))
    return {
        "until": until.isoformat(),
        "days": days,
        "would": would.told(),
        "did": did.told(),
        "shown": shown[:SHOWN],
        "impossible": impossible,
    }


def _count(tally: Tally, played: Iterable[Played]) -> None:
    for each in played:
        for clock in each.clocks:
            if clock.breached_at is not None:
                tally.breaches[clock.metric] += 1
        for firing in each.firings:
            tally.firings[f"{firing.policy}/{firing.number}/{firing.outcome}"] += 1
            tally.calls += firing.calls
        tally.messages += each.messages


def _record(tally: Tally, tickets: list[int], until: datetime) -> dict[int, dict[str, datetime]]:
    """What did happen, counted; and each ticket's breaches by clock."""
    breached: dict[int, dict[str, datetime]] = {}
    clocks = Clock.objects.filter(ticket__in=tickets, breached_at__lte=until)
    for ticket, metric, cycle, at in clocks.values_list("ticket_id", "metric", "cycle", "breached_at"):
        tally.breaches[metric] += 1
        breached.setdefault(ticket, {})[f"{metric}/{cycle}"] = at  # type: ignore[assignment]
    warned = Clock.objects.filter(ticket__in=tickets, warned_at__lte=until).count()
    tally.messages += warned + 2 * sum(map(len, breached.values()))
    fired = Escalation.objects.filter(ticket__in=tickets, fired_at__lte=until).values(
        "level__policy_id", "level__number", "level__actions", "outcome"
    )
    for line in fired.annotate(count=Count("pk")):
        tally.firings[f"{line['level__policy_id']}/{line['level__number']}/{line['outcome']}"] += line["count"]
        if line["outcome"] != Escalation.Outcome.SKIPPED:
            tally.messages += messages_in(line["level__actions"]) * line["count"]
        if line["outcome"] == Escalation.Outcome.FIRED:
            tally.calls += calls_in(line["level__actions"]) * line["count"]
    return breached


def _differences(played: Played, recorded: Mapping[str, datetime]) -> list[dict[str, Any]]:
    """Promises that would be broken and were not, or the other way round, or at another time."""
    would = {
        f"{clock.metric}/{clock.cycle}": clock.breached_at
        for clock in played.clocks
        if clock.breached_at is not None and clock.state == ClockState.BREACHED
    }
    return [
        {
            "ticket": f"{REFERENCE_PREFIX}{played.number}",
            "metric": key.split("/")[0],
            "would": would[key].isoformat() if key in would else None,
            "did": recorded[key].isoformat() if key in recorded else None,
        }
        for key in sorted({*would, *recorded})
        if would.get(key) != recorded.get(key)
    ]
