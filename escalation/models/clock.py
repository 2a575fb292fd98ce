"""A clock: one promise running on one ticket. What it says is a pure function of history; see `escalation.deadlines`."""

from datetime import datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from escalation.models.repair import ClockRepair
from escalation.models.sla import Metric


class ClockState(models.TextChoices):
    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    BREACHED = "breached", _("Breached")
    CANCELLED = "cancelled", _("Cancelled")


class BreachCause(models.TextChoices):
    LATE = "late", _("Late")
    PRIORITY_CHANGED = "priority_changed", _("Priority changed")
    POLICY_CHANGED = "policy_changed", _("Policy changed")
    NOBODY_AVAILABLE = "nobody_available", _("Nobody available")


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> "ClockQuerySet":
        return self.filter(state=ClockState.RUNNING)

    def up_to_date(self) -> "ClockQuerySet":
        """Not those that wait for repair: what they say may be wrong, and a breach is final."""
        return self.filter(~Exists(ClockRepair.objects.filter(ticket=OuterRef("ticket"))))

    def to_breach(self, as_of: datetime) -> "ClockQuerySet":
        return self.missed(as_of).up_to_date()

    def to_warn(self, as_of: datetime) -> "ClockQuerySet":
        """Not those that are past their deadline: it is too late to warn of it."""
        waiting = self.running().up_to_date().filter(warned_at=None, warning_at__lte=as_of, due_at__gt=as_of)
        return waiting.order_by("warning_at")

    def missed(self, as_of: datetime) -> "ClockQuerySet":
        """The reconciliation query: promises that were broken and that no sweep has marked. It must stay empty."""
        return self.running().filter(due_at__lte=as_of).order_by("due_at")


class Clock(models.Model):
    State = ClockState

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="clocks", db_index=False)
    metric = models.CharField(_("metric"), max_length=20, choices=Metric.choices)
    cycle = models.PositiveIntegerField(_("cycle"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=ClockState.choices, default=ClockState.RUNNING)

    policy = models.ForeignKey("escalation.SlaPolicy", on_delete=models.PROTECT, related_name="clocks")
    policy_version = models.PositiveIntegerField()
    # Which conditions matched, and which policies before it did not: see `escalation.matching`.
    why = models.JSONField(default=dict, db_default={}, editable=False)
    calendar_version = models.ForeignKey("teams.CalendarVersion", on_delete=models.PROTECT, related_name="+")
    target_seconds = models.PositiveIntegerField(_("target in working seconds"))
    warning_seconds = models.PositiveIntegerField(_("warning after working seconds"))

    started_at = models.DateTimeField(_("started at"))
    # Working seconds of the closed pauses that began before the deadline.
    paused_seconds = models.PositiveIntegerField(_("paused working seconds"), default=0)
    paused_at = models.DateTimeField(_("paused since"), null=True, blank=True)
    # None while paused: then there is time left, but no deadline.
    due_at = models.DateTimeField(_("due at"), null=True, blank=True)
    warning_at = models.DateTimeField(_("warns at"), null=True, blank=True)
    warned_at = models.DateTimeField(_("warned at"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("stopped at"), null=True, blank=True)
    breached_at = models.DateTimeField(_("breached at"), null=True, blank=True)
    # When it was noticed: how late a breach was found is shown on the page of promises kept, and changes nothing.
    found_at = models.DateTimeField(_("found at"), null=True, blank=True, editable=False)
    breach_cause = models.CharField(_("cause of the breach"), max_length=20, choices=BreachCause.choices, blank=True)

    objects = ClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock")
        verbose_name_plural = _("clocks")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "metric", "cycle"], name="clock_once_a_cycle"),
            models.CheckConstraint(
                condition=~Q(state=ClockState.RUNNING) | Q(due_at__isnull=False), name="clock_running_has_deadline"
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.PAUSED) | Q(due_at__isnull=True, paused_at__isnull=False),
                name="clock_paused_has_no_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClockState.BREACHED) | Q(breached_at__isnull=False), name="clock_breach_has_instant"
            ),
            models.CheckConstraint(
                condition=Q(stopped_at=None) | Q(stopped_at__gte=F("started_at")), name="clock_stops_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="clock_due", condition=Q(state=ClockState.RUNNING)),
            models.Index(
                fields=["warning_at"], name="clock_warning", condition=Q(state=ClockState.RUNNING, warned_at=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} · {self.ticket_id}"
