"""SLA policies: for which tickets, and how much working time each metric gets at each priority."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalation.conditions import validate_conditions
from tickets.models import Priority

TEN_YEARS = 10 * 366 * 24 * 3600


class Metric(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response")
    NEXT_RESPONSE = "next_response", _("Next response")
    RESOLUTION = "resolution", _("Resolution")


class ReopenRule(models.TextChoices):
    CONTINUE = "continue", _("The same promise goes on; the time it was resolved is left out")
    RESTART = "restart", _("A new promise begins with the whole target")


class SlaPolicyQuerySet(models.QuerySet["SlaPolicy"]):
    def active(self) -> "SlaPolicyQuerySet":
        return self.filter(is_active=True)


class SlaPolicy(models.Model):
    """The lowest position whose conditions match wins."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("active"), default=True)
    conditions = models.JSONField(
        _("conditions"), default=dict, blank=True, validators=[validate_conditions],
        help_text=_('For example {"category": ["billing"], "priority": ["high", "critical"]}. Empty: every ticket.'),
    )  # fmt: skip
    calendar = models.ForeignKey(
        "teams.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="sla_policies",
        verbose_name=_("working hours"), help_text=_("Empty: those of the ticket's team."),
    )  # fmt: skip
    warning_percent = models.PositiveSmallIntegerField(
        _("warns after (% of the target)"), default=75, validators=[MinValueValidator(1), MaxValueValidator(99)]
    )
    reopen_rule = models.CharField(
        _("when a ticket is reopened"), max_length=10, choices=ReopenRule.choices, default=ReopenRule.CONTINUE,
        db_default=ReopenRule.CONTINUE,
    )  # fmt: skip
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = SlaPolicyQuerySet.as_manager()

    class Meta:
        verbose_name = _("SLA policy")
        verbose_name_plural = _("SLA policies")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class SlaTarget(models.Model):
    policy = models.ForeignKey(SlaPolicy, on_delete=models.CASCADE, related_name="targets")
    metric = models.CharField(_("metric"), max_length=20, choices=Metric.choices)
    priority = models.PositiveSmallIntegerField(_("priority"), choices=Priority.choices)
    target_seconds = models.PositiveIntegerField(
        _("working seconds"), validators=[MinValueValidator(1), MaxValueValidator(TEN_YEARS)]
    )

    class Meta:
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        ordering = ["metric", "-priority"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "metric", "priority"], name="sla_target_once"),
            models.CheckConstraint(condition=Q(target_seconds__gte=1), name="sla_target_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.get_metric_display()} · {self.get_priority_display()}"
