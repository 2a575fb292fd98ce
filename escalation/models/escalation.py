"""Levels that will be due, and levels that have fired: each exactly once per episode."""

from datetime import datetime

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from escalation.models.snooze import Snooze


class EscalationTimerQuerySet(models.QuerySet["EscalationTimer"]):
    def to_fire(self, as_of: datetime) -> "EscalationTimerQuerySet":
        """What is due, on tickets that do not sleep."""
        asleep = Snooze.objects.filter(until__gt=as_of)
        return self.filter(due_at__lte=as_of).exclude(ticket__in=asleep.values("ticket"))


class EscalationTimer(models.Model):
    """When a level will be due on a ticket. Made, moved and dropped with the clock; a cancelled level leaves none."""

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="escalation_timers", db_index=False
    )
    level = models.ForeignKey("escalation.EscalationLevel", on_delete=models.CASCADE, related_name="timers")
    clock = models.ForeignKey("escalation.Clock", on_delete=models.CASCADE, null=True, related_name="timers")
    episode = models.CharField(max_length=40)
    due_at = models.DateTimeField(_("due at"), db_index=True)

    objects = EscalationTimerQuerySet.as_manager()

    class Meta:
        verbose_name = _("escalation timer")
        verbose_name_plural = _("escalation timers")
        constraints = [models.UniqueConstraint(fields=["ticket", "level", "episode"], name="timer_once_an_episode")]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.level_id} · {self.due_at}"


class Escalation(models.Model):
    """One firing of one level on one ticket. Inserting the row is the claim: the unique constraint lets one win."""

    class Outcome(models.TextChoices):
        FIRED = "fired", _("Fired")
        SKIPPED = "skipped", _("Skipped: a condition failed")
        OVERTAKEN = "overtaken", _("Overtaken by a higher level")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="escalations", db_index=False)
    level = models.ForeignKey("escalation.EscalationLevel", on_delete=models.PROTECT, related_name="escalations")
    episode = models.CharField(
        max_length=40, help_text=_("clock:<id>, ticket:<id> or event:<id>: what this level counts from.")
    )
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    due_at = models.DateTimeField(_("due at"))
    fired_at = models.DateTimeField(_("fired at"), db_default=Now())
    # One entry an action, in order: {"do": …, "ok": true} or {"do": …, "ok": false, "error": code}.
    results = models.JSONField(_("results"), default=list)
    failed_condition = models.CharField(_("failed condition"), max_length=20, blank=True)

    class Meta:
        verbose_name = _("escalation")
        verbose_name_plural = _("escalations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "level", "episode"], name="escalation_once_an_episode")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.level}"
