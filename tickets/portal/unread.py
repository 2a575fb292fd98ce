"""Which tickets hold something that a customer has not read. Whoever keeps the inbox says so; tickets know no inbox."""

from collections.abc import Sequence
from typing import Protocol

from teams.models import User


class Inbox(Protocol):
    def unread_tickets(self, person: User, tickets: Sequence[int]) -> set[int]:
        """Those of `tickets` that `person` was told something new about. One query."""

    def ticket_read(self, person: User, ticket: int) -> int:
        """`person` has the ticket before their eyes now. Returns how many notices were unread before."""


_inboxes: list[Inbox] = []


def register_inbox(inbox: Inbox) -> None:
    if inbox not in _inboxes:
        _inboxes.append(inbox)


def unread_among(person: User, tickets: Sequence[int]) -> set[int]:
    return set().union(*(inbox.unread_tickets(person, tickets) for inbox in _inboxes)) if tickets else set()


def mark_read(person: User, ticket: int) -> int:
    return sum(inbox.ticket_read(person, ticket) for inbox in _inboxes)
