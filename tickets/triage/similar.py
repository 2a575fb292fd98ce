"""Tickets that ask much the same. Signatures find the few worth comparing in the database, their vectors sort them here.

Only the newest tickets are looked through: older ones help nobody, and the bound keeps the cost the same for ever.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import QuerySet

from tickets.models import Ticket, TicketVector
from tickets.models.ticket import TicketQuerySet
from tickets.triage.signature import signature_of, unpacked
from tickets.triage.vectors import short_digest

if TYPE_CHECKING:
    import numpy as np

LOOKED_THROUGH = 100_000
_COMPARED = 200
# Below this, tickets share a language and little else.
LEAST = 0.45


@dataclass(frozen=True, slots=True)
class Similar:
    ticket: Ticket
    similarity: float

    @property
    def percent(self) -> int:
        return round(100 * self.similarity)


def similar_to(ticket: Ticket, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """The closest of `among`, closest first. Empty when nothing is known about the ticket's meaning. Three queries."""
    row = TicketVector.objects.filter(ticket=ticket.pk).first()
    if row is None:
        return []
    vector = unpacked([row.vector])[0]
    return closest(vector, row.encoder, among=among.exclude(pk=ticket.pk), limit=limit)


def closest(vector: "np.ndarray", encoder: str, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """`encoder`: its digest, short or whole; vectors of others are passed over. Two queries."""
    candidates = _candidates(signature_of(vector), short_digest(encoder))
    return _ranked(vector, TicketVector.objects.filter(ticket__in=candidates), among, limit)


def closest_of_few(vector: "np.ndarray", encoder: str, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """The same where `among` is small, say one person's own: each is compared. One query."""
    rows = TicketVector.objects.filter(ticket__in=among.order_by("-pk")[:_COMPARED], encoder=short_digest(encoder))
    return _ranked(vector, rows, among, limit)


def _candidates(signature: str, encoder: str) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"signature": signature, "encoder": encoder, "window": LOOKED_THROUGH, "most": _COMPARED})
        return [ticket for (ticket,) in cursor.fetchall()]


# Bits that differ, counted: about the angle between the vectors, at the price of one pass over small rows.
_NEAR = """
    SELECT ticket_id FROM tickets_ticketvector
     WHERE encoder = %(encoder)s
       AND ticket_id > (SELECT coalesce(max(ticket_id), 0) - %(window)s FROM tickets_ticketvector)
     ORDER BY bit_count(signature # %(signature)s::bit(384))
     LIMIT %(most)s
"""


def _ranked(vector: "np.ndarray", rows: "QuerySet[TicketVector]", among: TicketQuerySet, limit: int) -> list[Similar]:
    found = list(rows.values_list("ticket", "vector"))
    if not found:
        return []
    likeness = unpacked([content for _ticket, content in found]) @ vector
    close = {ticket: float(value) for (ticket, _content), value in zip(found, likeness, strict=True) if value >= LEAST}
    tickets = among.filter(pk__in=close).select_related("category", "assignee")
    return sorted((Similar(ticket, close[ticket.pk]) for ticket in tickets), key=lambda one: -one.similarity)[:limit]
