"""What an automation would have done in the last days, by the tickets as they are now. Writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from escalation.actions import calls_in
from escalation.conditions import failed_condition
from escalation.matching import facts_of
from escalation.models import Automation
from escalation.services.automating import due_at, ends_waiting, happening_of, like
from helpdesk.core.configuration import held_versions
from tickets.events import Cause
from tickets.models import Ticket, TicketEvent

# More events than this are not looked at: the newest count.
MOST_EVENTS = 5_000
SHOWN = 50


@dataclass(frozen=True, slots=True)
class DryRun:
    looked_at: int
    would_act: int
    would_skip: int
    would_call: int
    shown: list[tuple[Ticket, datetime]]
    is_cut: bool


def dry_run(automation: Automation, *, days: int, as_of: datetime) -> DryRun:
    """Conditions are asked of the ticket of today: what it was then is not known to them. Four queries."""
    looked_at = would_act = would_skip = 0
    shown: list[tuple[Ticket, datetime]] = []
    events = _events(automation, as_of - timedelta(days=days), as_of)
    for event, due in _with_due(automation, events[:MOST_EVENTS]):
        looked_at += 1
        if due is None or due > as_of or (automation.after_seconds and event.has_ended):
            continue
        if failed_condition(automation.conditions, facts_of(event.ticket)):
            would_skip += 1
            continue
        would_act += 1
        if len(shown) < SHOWN:
            shown.append((event.ticket, due))
    would_call = would_act * calls_in(automation.actions)
    return DryRun(looked_at, would_act, would_skip, would_call, shown, is_cut=len(events) > MOST_EVENTS)


def _with_due(automation: Automation, events: Sequence[Any]) -> list[tuple[Any, datetime | None]]:
    with held_versions():
        return [(event, due_at(automation, event)) for event in events if happening_of(event) == automation.happening]


def _events(automation: Automation, since: datetime, until: datetime) -> list[Any]:
    """The newest of its kind that nobody took back, with `has_ended`; one more than are looked at. Two queries."""
    undone = TicketEvent.objects.filter(caused_by=OuterRef("pk"), cause=Cause.UNDO)
    ended = ends_waiting().filter(ticket=OuterRef("ticket"), seq__gt=OuterRef("seq"), at__gt=OuterRef("at"))
    events = TicketEvent.objects.filter(like(automation.happening), ~Exists(undone), at__gt=since, at__lte=until)
    related = ("ticket__category", "ticket__organisation", "ticket__team")
    events = events.annotate(has_ended=Exists(ended)).select_related(*related).prefetch_related("ticket__tags")
    return list(events.order_by("-id")[: MOST_EVENTS + 1])
