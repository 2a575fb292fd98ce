"""What the tests of notifications share: the relay at work, and who was told what."""

from notifications.models import Delivery, Notification
from tickets.relay import relay


def told(ticket=None):
    """(kind, first name, reason) of every notification, after the relay has handled everything."""
    relay()
    rows = Notification.objects.select_related("recipient").order_by("event__seq", "recipient")
    if ticket is not None:
        rows = rows.filter(ticket=ticket)
    return [(row.kind, row.recipient.full_name, row.reason) for row in rows]


def mailed():
    """(first name, kinds in the mail) of every delivery, after the relay has handled everything."""
    relay()
    rows = Delivery.objects.prefetch_related("notifications__event").select_related("recipient")
    return sorted(
        (
            row.recipient.full_name,
            tuple(n.kind for n in sorted(row.notifications.all(), key=lambda n: n.event.seq)),
        )
        for row in rows
    )
