"""What the past teaches: tickets whose category somebody stood for, and how much that is worth.

A correction counts double; what the requester chose counts once; a suggestion that was taken counts half, for it was half
the model's own idea; so does what the model decided alone, and only once the ticket was resolved there.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Left

from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Message, Prediction, Ticket, TicketEvent
from tickets.models.ticket import TicketQuerySet
from tickets.triage.text import cleaned

CORRECTED, CHOSEN, CONFIRMED = 2.0, 1.0, 0.5
MOST = 10_000
# More of a text is not read anyway.
_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """Oldest first. `tickets`: their keys; `labels`: the keys of their categories as text."""

    tickets: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    opened: list[datetime] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.tickets)

    def part(self, first: int, last: int) -> "Labelled":
        return Labelled(
            self.tickets[first:last],
            self.texts[first:last],
            self.labels[first:last],
            self.weights[first:last],
            self.opened[first:last],
        )


def labelled_tickets(*, until: datetime, limit: int = MOST) -> Labelled:
    """The newest ones opened before `until`, oldest first."""
    found = Labelled()
    rows: list[Any] = list(_rows(until)[:limit])
    for row in reversed(rows):
        text = cleaned(row.title, row.described or "")
        if text:
            found.tickets.append(row.pk)
            found.texts.append(text)
            found.labels.append(str(row.category_id))
            found.weights.append(_weight(row))
            found.opened.append(row.opened_at)
    return found


def _rows(until: datetime) -> TicketQuerySet:
    first = Message.objects.filter(ticket=OuterRef("pk"), is_internal=False).order_by("pk")
    resolved = Q(status__in=[Status.RESOLVED, Status.CLOSED])
    untouched = Q(prediction__outcome=Prediction.Outcome.AUTOMATIC, was_set=False)
    return (
        Ticket.objects.filter(category__is_active=True, opened_at__lt=until, duplicate_of=None)
        .annotate(was_set=Exists(set_by_a_person()), was_moved=Exists(moved_by_a_person()))
        .exclude(was_moved=True, was_set=False)
        .exclude(untouched & ~resolved)
        .annotate(
            described=Subquery(first.annotate(start=Left("body", _CHARACTERS)).values("start")[:1]),
            outcome=F("prediction__outcome"),
            verdict=F("prediction__verdict"),
        )
        .only("title", "category_id", "opened_at")
        .order_by("-opened_at", "-pk")
    )


def _weight(row: Any) -> float:
    if row.was_set:
        was_suggested = row.outcome in (Prediction.Outcome.SUGGESTED, Prediction.Outcome.AUTOMATIC)
        return CONFIRMED if was_suggested and row.verdict == Prediction.Verdict.ACCEPTED else CORRECTED
    return CONFIRMED if row.outcome == Prediction.Outcome.AUTOMATIC else CHOSEN


def set_by_a_person(ticket: str = "pk") -> Any:
    """For `Exists`: its category. `ticket` names the key in the outer query."""
    return TicketEvent.objects.filter(ticket=OuterRef(ticket), kind=EventKind.CATEGORY_CHANGED, actor__isnull=False)


def moved_by_a_person(ticket: str = "pk") -> Any:
    """For `Exists`: to another team. `ticket` names the key in the outer query."""
    moves = TicketEvent.objects.filter(ticket=OuterRef(ticket), kind=EventKind.ASSIGNED, actor__isnull=False)
    return moves.annotate(came_from=KT("data__team__before"), went_to=KT("data__team__after")).exclude(
        came_from=F("went_to")
    )
