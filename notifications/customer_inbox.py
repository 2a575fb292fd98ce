"""Marks tickets as unread on the customers' list: what somebody was told and has not had before their eyes."""

from collections.abc import Sequence

from notifications.models import Notification
from notifications.services.reading import mark_read
from teams.models import User


class CustomerInbox:
    def unread_tickets(self, person: User, tickets: Sequence[int]) -> set[int]:
        # The receipt of one's own request is no news.
        news = Notification.objects.unread().filter(recipient=person, ticket__in=tickets).exclude(kind="opened")
        return set(news.values_list("ticket", flat=True))

    def ticket_read(self, person: User, ticket: int) -> int:
        unread = Notification.objects.unread().filter(recipient=person, ticket=ticket)
        return mark_read(person, list(unread.values_list("pk", flat=True)))
