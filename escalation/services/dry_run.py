"""What an automation would have done in the last days, by the tickets as they are now. Writes nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from escalation.conditions import failed_condition
from escalation.kinds import SLA_BREACHED, SLA_WARNED
from escalation.matching import facts_of
from escalation.models import Automation, AutomationTimer
from escalation.services.automating import due_at, happening_of, still_holds
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

# More events than this are not looked at: the newest count.
MOST_EVENTS = 5_000
SHOWN = 50


@dataclass(frozen=True, slots=True)
class DryRun:
    looked_at: int
    would_act: int
    would_skip: int
    shown: list[tuple[Ticket, datetime]]
    is_cut: bool


def dry_run(automation: Automation, *, days: int, as_of: datetime) -> DryRun:
    """Conditions are asked of the ticket of today: what it was then is not known to them."""
    looked_at = would_act = would_skip = 0
    shown: list[tuple[Ticket, datetime]] = []
    for event in _events(automation, as_of - timedelta(days=days), as_of):
        if looked_at >= MOST_EVENTS:
            return DryRun(looked_at, would_act, would_skip, shown, is_cut=True)
        looked_at += 1
        due = due_at(automation, event)
        timer = AutomationTimer(ticket=event.ticket, automation=automation, event=event)
        if due is None or due > as_of or not still_holds(timer):
            continue
        if failed_condition(automation.conditions, facts_of(event.ticket)):
            would_skip += 1
            continue
        would_act += 1
        if len(shown) < SHOWN:
            shown.append((event.ticket, due))
    return DryRun(looked_at, would_act, would_skip, shown, is_cut=False)


def _events(automation: Automation, since: datetime, until: datetime) -> Iterator[TicketEvent]:
    kinds = [*(value for name, value in vars(EventKind).items() if name.isupper()), SLA_WARNED, SLA_BREACHED]
    events = TicketEvent.objects.filter(kind__in=kinds, at__gt=since, at__lte=until)
    related = ("ticket__category", "ticket__organisation", "ticket__team__calendar")
    for event in events.select_related(*related).order_by("-id").iterator(chunk_size=1000):
        if happening_of(event) == automation.happening:
            yield event
