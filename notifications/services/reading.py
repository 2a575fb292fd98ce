"""A person's inbox: what was read stays read."""

from datetime import datetime

from django.utils.timezone import now

from notifications.models import Notification
from teams.models import User


def mark_read(user: User, notification_ids: list[int] | None = None, *, at: datetime | None = None) -> int:
    """Mark some of a person's notifications as read, or all of them. Returns how many were unread before."""
    unread = Notification.objects.unread().filter(recipient=user)
    if notification_ids is not None:
        unread = unread.filter(pk__in=notification_ids)
    return unread.update(read_at=at or now())
