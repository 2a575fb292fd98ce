"""What slips: for each open ticket its newest warning, breach or escalation that nobody has acknowledged yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from escalation.kinds import ALERT_KINDS, ESCALATION_RAISED, SLA_BREACHED, SLA_WARNED
from escalation.models import Acknowledgement, Escalation
from helpdesk.analytics.scope import Scope
from tickets.models import Ticket, TicketEvent
from tickets.models.ticket import TicketQuerySet
from tickets.timeline.telling import told

SHOWN = 8
# On request. Whoever has more than these needs the list.
MOST = 100


@dataclass(frozen=True, slots=True)
class Alert:
    event: TicketEvent
    sentence: str
    word: Any
    icon: str
    tone: str

    @property
    def ticket(self) -> Ticket:
        return self.event.ticket


@dataclass(frozen=True, slots=True)
class Alerts:
    shown: Sequence[Alert]
    has_more: bool


_LOOKS: dict[str, tuple[Any, str, str]] = {
    SLA_WARNED: (_("At risk"), "alarm-clock", "warning"),
    SLA_BREACHED: (_("Breached"), "triangle-alert", "error"),
    ESCALATION_RAISED: (_("Escalated"), "arrow-up", "escalated"),
}


def newest_alerts(scope: Scope, *, at: datetime, limit: int = SHOWN) -> Alerts:
    """Newest first. Two queries and what naming people takes, whatever the number of tickets."""
    found = _newest_ids(scope.tickets(), at, limit + 1)
    events = TicketEvent.objects.filter(pk__in=found[:limit]).select_related(
        "actor", "caused_by", "ticket__assignee", "ticket__requester", "ticket__team"
    )
    lines = told(sorted(events, key=lambda event: -event.pk))
    return Alerts([Alert(line.event, line.text, *_LOOKS[line.event.kind]) for line in lines], len(found) > limit)


def _newest_ids(tickets: TicketQuerySet, at: datetime, limit: int) -> list[int]:
    """Only tickets that can have an alert are asked for one: each is looked up from the end of its history."""
    newest = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind__in=ALERT_KINDS).order_by("-seq").values("pk")[:1]
    fired = Escalation.objects.filter(outcome=Escalation.Outcome.FIRED, ticket=OuterRef("pk"))
    slips = Q(next_warning_at__lte=at) | Q(breached_at__isnull=False) | Q(Exists(fired))
    alerted = tickets.unresolved().filter(slips).annotate(alert=Subquery(newest)).exclude(alert=None)
    seen = Acknowledgement.objects.filter(pk=OuterRef("alert"))
    return list(alerted.exclude(Exists(seen)).order_by("-alert").values_list("alert", flat=True)[:limit])
