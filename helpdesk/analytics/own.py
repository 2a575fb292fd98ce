"""What one person has to do, the next deadline first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from teams.models import User
from tickets.models import Ticket

SHOWN = 12


@dataclass(frozen=True, slots=True)
class Work:
    tickets: Sequence[Ticket]
    has_more: bool


def own_work(person: User, *, at: datetime, limit: int = SHOWN) -> Work:
    """One query. What is only reserved waits for its shift and is not shown yet."""
    mine = Ticket.objects.actionable().filter(Q(assignment_starts_at=None) | Q(assignment_starts_at__lte=at))
    rows = mine.filter(assignee=person).select_related("requester", "team", "category")
    found = list(rows.order_by(F("next_due_at").asc(nulls_last=True), "pk")[: limit + 1])
    return Work(found[:limit], len(found) > limit)
