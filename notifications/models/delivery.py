"""One send over one channel. The row is the truth: retries, results and dead letters are columns, not queue entries."""

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    SUPPRESSED = "suppressed", _("Suppressed: no longer true")
    DEAD = "dead", _("Failed for good")


class Delivery(models.Model):
    """Claimed by a lease, then sent, then settled. `dedupe_key` makes a second one for the same purpose impossible."""

    State = DeliveryState

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    channel = models.CharField(_("channel"), max_length=20)
    recipient = models.ForeignKey(
        "teams.User", on_delete=models.CASCADE, related_name="deliveries", verbose_name=_("recipient")
    )
    notifications = models.ManyToManyField("notifications.Notification", related_name="deliveries")
    state = models.CharField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    send_after = models.DateTimeField(_("not before"), db_default=Now())
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # Why it was suppressed, or what the other side said.
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["send_after"], name="delivery_waiting", condition=Q(state=DeliveryState.WAITING)),
            models.Index(fields=["-created_at"], name="delivery_newest"),
            models.Index(fields=["-created_at"], name="delivery_failed", condition=Q(state=DeliveryState.DEAD)),
        ]

    def __str__(self) -> str:
        return f"{self.channel} → {self.recipient_id}"
