"""Pages by key through rows in an order of several parts: as quick on the last page as on the first, never counted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.dateparse import parse_datetime

from tickets.lifecycle import UNRESOLVED
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet


@dataclass(frozen=True, slots=True)
class Part:
    """Rows that are ordered alike. `dated` is the column before the id; without one the newest come first."""

    where: Q
    holds: Callable[[Ticket], bool]
    dated: str = ""

    def ordering(self, *, backwards: bool) -> list[str]:
        if self.dated:
            return [f"-{self.dated}", "-id"] if backwards else [self.dated, "id"]
        return ["id"] if backwards else ["-id"]

    def beyond(self, cursor: "Cursor", *, backwards: bool) -> Q:
        # Dated rows rise, the others fall: reading backwards turns either around.
        side = "gt" if bool(self.dated) != backwards else "lt"
        later = Q(**{f"id__{side}": cursor.pk})
        if not self.dated:
            return later
        # The first condition is what the index is entered by.
        entered = Q(**{f"{self.dated}__{side}e": cursor.instant})
        return entered & (Q(**{f"{self.dated}__{side}": cursor.instant}) | later)


@dataclass(frozen=True, slots=True)
class Cursor:
    part: int
    pk: int
    instant: datetime | None = None

    def __str__(self) -> str:
        return "~".join([str(self.part), str(self.pk), *([self.instant.isoformat()] if self.instant else [])])


@dataclass(frozen=True, slots=True)
class Page:
    rows: list[Ticket]
    before: Cursor | None = None
    after: Cursor | None = None


_PROMISED = Q(next_due_at__isnull=False, status__in=UNRESOLVED)

NEWEST = (Part(Q(), lambda _ticket: True),)
# What is due first, then what has no deadline, newest first.
DEADLINE = (
    Part(_PROMISED, lambda ticket: ticket.next_due_at is not None and ticket.is_unresolved, dated="next_due_at"),
    Part(Q(next_due_at__isnull=True) | ~Q(status__in=UNRESOLVED), lambda _ticket: True),
)


def read_page(
    tickets: TicketQuerySet, order: Sequence[Part], *, size: int, after: str | None = None, before: str | None = None
) -> Page:
    """One query a part that is touched. A forged place is the beginning."""
    cursor = _cursor_from(after or before, order)
    backwards = cursor is not None and not after
    rows = _rows(tickets, order, cursor, size + 1, backwards=backwards)
    has_more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    if not rows:
        return Page(rows)
    return Page(
        rows,
        before=_cursor_at(rows[0], order) if (has_more if backwards else cursor is not None) else None,
        after=_cursor_at(rows[-1], order) if backwards or has_more else None,
    )


def _rows(
    tickets: TicketQuerySet, order: Sequence[Part], cursor: Cursor | None, number: int, *, backwards: bool
) -> list[Ticket]:
    rows: list[Ticket] = []
    first = cursor.part if cursor is not None else 0
    for index in range(first, -1, -1) if backwards else range(first, len(order)):
        part = order[index]
        found = tickets.filter(part.where).order_by(*part.ordering(backwards=backwards))
        if cursor is not None and index == cursor.part:
            found = found.filter(part.beyond(cursor, backwards=backwards))
        rows += found[: number - len(rows)]
        if len(rows) == number:
            break
    return rows


def _cursor_at(ticket: Ticket, order: Sequence[Part]) -> Cursor:
    index = next(index for index, part in enumerate(order) if part.holds(ticket))
    dated: Any = order[index].dated
    return Cursor(index, ticket.pk, getattr(ticket, dated) if dated else None)


def _cursor_from(text: str | None, order: Sequence[Part]) -> Cursor | None:
    part, _tilde, rest = (text or "").partition("~")
    pk, _tilde, instant = rest.partition("~")
    if not all(digits.isascii() and digits.isdecimal() and len(digits) <= 18 for digits in (part, pk)):
        return None
    if int(part) >= len(order) or bool(instant) != bool(order[int(part)].dated):
        return None
    try:
        at = parse_datetime(instant) if instant else None
    except ValueError:
        return None
    if instant and (at is None or at.tzinfo is None or not 1900 <= at.year <= 9000):
        return None
    return Cursor(int(part), int(pk), at)
