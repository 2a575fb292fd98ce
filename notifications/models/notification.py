from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket

if TYPE_CHECKING:
    from teams.models import User


class NotificationQuerySet(models.QuerySet["Notification"]):
    def inbox_of(self, user: "User") -> "NotificationQuerySet":
        """What somebody was told, as far as they may still see the facts."""
        public = Q(event__is_public=True, ticket__in=Ticket.objects.visible_to(user))
        return self.filter(public | Q(ticket__in=Ticket.objects.worked_by(user)), recipient=user.pk)

    def unread(self) -> "NotificationQuerySet":
        return self.filter(read_at=None)


class Notification(models.Model):
    """One fact for one person: the row in their inbox. Unique, so that telling twice is impossible."""

    event = models.ForeignKey("tickets.TicketEvent", on_delete=models.PROTECT, related_name="notifications")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(_("kind"), max_length=40)
    recipient = models.ForeignKey(
        "teams.User", on_delete=models.CASCADE, related_name="notifications", verbose_name=_("recipient")
    )
    # Why this person: a code of `notifications.audience.Reason`, shown as "You receive this because …".
    reason = models.CharField(_("because"), max_length=20)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["event", "kind", "recipient"], name="notification_once_a_person")
        ]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="notification_inbox"),
            models.Index(fields=["recipient"], name="notification_unread", condition=Q(read_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} → {self.recipient_id}"
