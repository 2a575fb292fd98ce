"""Heartbeats: when each sweep and each kind of worker was last alive. /readyz and the console read them."""

from django.db import models
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _


class HeartbeatQuerySet(models.QuerySet["Heartbeat"]):
    def note(self, name: str, *, count: int = 0) -> int:
        """Note that `name` ran to its end just now and handled `count` things; returns the count. One statement."""
        self.bulk_create(
            [self.model(name=name, last_at=now(), last_count=count)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=["last_at", "last_count"],
        )
        return count


class Heartbeat(models.Model):
    name = models.CharField(_("name"), max_length=80, primary_key=True)
    last_at = models.DateTimeField(_("last alive"), db_default=Now())
    last_count = models.PositiveIntegerField(_("handled in the last run"), default=0)

    objects = HeartbeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
