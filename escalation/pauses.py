"""When the resolution of a ticket stood still, told by its history: while it waited for the customer, and while resolved."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import Q

from tickets.lifecycle import Status
from tickets.models import Ticket

Period = tuple[datetime, datetime]
STILL = (Status.PENDING_CUSTOMER, Status.RESOLVED)


def pauses_of(ticket: Ticket, *, as_of: datetime) -> list[Period]:
    """In order; the last one leads to `as_of` when it still lasts. One query."""
    moves = ticket.events.filter(Q(data__status__after__in=STILL) | Q(data__status__before__in=STILL))
    return list(periods(moves.order_by("seq").values_list("at", "data__status__after"), as_of))


def periods(moves: Iterable[tuple[datetime, str]], as_of: datetime) -> Iterator[Period]:
    """From the statuses that a ticket moved to, and when."""
    since: datetime | None = None
    for at, status in moves:
        if status in STILL and since is None:
            since = at
        elif status not in STILL and since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, as_of
