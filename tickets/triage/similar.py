"""Tickets that ask much the same. Signatures find the few worth comparing in the database; here their vectors say how close
they are, and rare words that they share with the question sort them (BM25, a fifth as much).

Only the newest tickets are looked through: older ones help nobody, and the bound keeps the cost the same for ever.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Left

from tickets.models import Message, Ticket, TicketVector
from tickets.models.ticket import TicketQuerySet
from tickets.triage.likeness import WORDS_SHARE, RareWords, blended
from tickets.triage.signature import signature_of, unpacked
from tickets.triage.vectors import short_digest

if TYPE_CHECKING:
    import numpy as np

LOOKED_THROUGH = 100_000
# The second number is for whoever may not see enough of the first ones.
_COMPARED, _COMPARED_AT_LAST = 200, 5000
# From here on nine of ten questions find a ticket of their own category: see docs/TRIAGE.md.
LEAST = 0.25
# Rare words stand at the beginning as often as later, and reading more costs time.
_CHARACTERS = 2000


@dataclass(frozen=True, slots=True)
class Similar:
    ticket: Ticket
    similarity: float

    @property
    def percent(self) -> int:
        return round(100 * self.similarity)


def similar_to(ticket: Ticket, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """The closest of `among`, closest first. Empty when nothing is known about the ticket's meaning. Five queries."""
    row = TicketVector.objects.filter(ticket=ticket.pk).annotate(described=_described("ticket")).first()
    if row is None:
        return []
    vector, text = unpacked([row.vector])[0], _text(ticket.title, row.described)
    return closest(vector, row.encoder, text, among=among.exclude(pk=ticket.pk), limit=limit)


def closest(vector: "np.ndarray", encoder: str, text: str, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """`encoder`: its digest, short or whole; vectors of others are passed over. Four queries; seven when most are hidden."""
    for most in (_COMPARED, _COMPARED_AT_LAST):
        candidates = _candidates(signature_of(vector), short_digest(encoder), most)
        close = _close(vector, TicketVector.objects.filter(ticket__in=candidates))
        seen = among.filter(pk__in=close).annotate(described=_described("pk")).values_list("pk", "title", "described")
        texts = {pk: _text(title, described) for pk, title, described in seen}
        if len(candidates) < most or len(texts) >= min(limit, len(close)):
            break
    first = _by_words_too(text, texts, {pk: close[pk] for pk in texts}, limit)
    tickets = among.select_related("category", "assignee").in_bulk(first)
    return [Similar(tickets[pk], close[pk]) for pk in first if pk in tickets]


def closest_of_few(vector: "np.ndarray", encoder: str, *, among: TicketQuerySet, limit: int = 5) -> list[Similar]:
    """By meaning alone where `among` is small, say one person's own: each is compared. Two queries."""
    rows = TicketVector.objects.filter(ticket__in=among.order_by("-pk")[:_COMPARED], encoder=short_digest(encoder))
    close = _close(vector, rows)
    tickets = among.filter(pk__in=close).select_related("category", "assignee")
    return sorted((Similar(ticket, close[ticket.pk]) for ticket in tickets), key=lambda one: -one.similarity)[:limit]


def _candidates(signature: str, encoder: str, most: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_NEAR, {"signature": signature, "encoder": encoder, "window": LOOKED_THROUGH, "most": most})
        return [ticket for (ticket,) in cursor.fetchall()]


# Bits that differ, counted: about the angle between the vectors, at the price of one pass over small rows.
_NEAR = """
    SELECT ticket_id FROM tickets_ticketvector
     WHERE encoder = %(encoder)s
       AND ticket_id > (SELECT coalesce(max(ticket_id), 0) - %(window)s FROM tickets_ticketvector)
     ORDER BY bit_count(signature # %(signature)s::bit(384))
     LIMIT %(most)s
"""


def _close(vector: "np.ndarray", rows: "QuerySet[TicketVector]") -> dict[int, float]:
    found = list(rows.values_list("ticket", "vector"))
    if not found:
        return {}
    likeness = unpacked([content for _ticket, content in found]) @ vector
    return {ticket: float(value) for (ticket, _content), value in zip(found, likeness, strict=True) if value >= LEAST}


def _by_words_too(text: str, texts: Mapping[int, str], close: Mapping[int, float], limit: int) -> list[int]:
    """The first ones. Words lift nobody further than their share: whoever is further below is not looked at."""
    import numpy as np

    by_meaning = sorted(close, key=lambda pk: -close[pk])
    if not by_meaning:
        return []
    lowest = close[by_meaning[:limit][-1]] - WORDS_SHARE
    near = [pk for pk in by_meaning if close[pk] >= lowest]
    words = RareWords([texts[pk] for pk in near]).scores(text)
    scores = blended(words, np.array([close[pk] for pk in near], dtype=np.float32))
    return [near[place] for place in np.argsort(-scores, kind="stable")[:limit]]


def _described(ticket: str) -> Subquery:
    """The beginning of what was asked. `ticket` names its key in the outer query."""
    first = Message.objects.filter(ticket=OuterRef(ticket), is_internal=False).order_by("pk")
    return Subquery(first.annotate(start=Left("body", _CHARACTERS)).values("start")[:1])


def _text(title: str, described: str | None) -> str:
    return f"{title} {described or ''}"
