"""Escalation policies: up to three levels, each with its own moment and its own actions."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from escalation.actions import validate_actions
from escalation.conditions import validate_conditions


class Anchor(models.TextChoices):
    FIRST_RESPONSE = "first_response", _("First response clock")
    NEXT_RESPONSE = "next_response", _("Next response clock")
    RESOLUTION = "resolution", _("Resolution clock")
    OPENED = "opened", _("Opened")
    LAST_UPDATE = "last_update", _("Last human update")
    UNASSIGNED = "unassigned", _("Unassigned since")


CLOCK_ANCHORS = frozenset({Anchor.FIRST_RESPONSE, Anchor.NEXT_RESPONSE, Anchor.RESOLUTION})


def default_distance() -> int:
    from django.conf import settings

    return settings.ESCALATION_LEVEL_DISTANCE_MINUTES * 60


class EscalationPolicy(models.Model):
    """Every active policy whose conditions match applies: there may be one for first responses and one for resolutions."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    conditions = models.JSONField(
        _("conditions"), default=dict, blank=True, validators=[validate_conditions],
        help_text=_('For example {"category": ["billing"]}. Empty: every ticket.'),
    )  # fmt: skip
    level_distance_seconds = models.PositiveIntegerField(
        _("working seconds between levels"), default=default_distance,
        help_text=_("A level never fires earlier than this after the one before it."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("escalation policy")
        verbose_name_plural = _("escalation policies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class EscalationLevel(models.Model):
    policy = models.ForeignKey(EscalationPolicy, on_delete=models.CASCADE, related_name="levels")
    number = models.PositiveSmallIntegerField(
        _("level"), validators=[MinValueValidator(1), MaxValueValidator(3)]
    )  # fmt: skip
    anchor = models.CharField(_("counted from"), max_length=20, choices=Anchor.choices)
    offset_percent = models.PositiveSmallIntegerField(
        _("after (% of the target)"), null=True, blank=True, validators=[MaxValueValidator(1000)],
        help_text=_("For clocks: 100 is the deadline itself."),
    )  # fmt: skip
    offset_seconds = models.IntegerField(
        _("after (working seconds)"), null=True, blank=True,
        help_text=_("For clocks counted from the deadline, before it when negative; otherwise from the anchor."),
    )  # fmt: skip
    conditions = models.JSONField(
        _("conditions"), default=dict, blank=True, validators=[validate_conditions],
        help_text=_("Checked when the level is due."),
    )  # fmt: skip
    actions = models.JSONField(_("actions"), default=list, validators=[validate_actions])

    class Meta:
        verbose_name = _("level")
        verbose_name_plural = _("levels")
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="level_once_a_policy"),
            models.CheckConstraint(condition=Q(number__range=(1, 3)), name="level_one_to_three"),
            models.CheckConstraint(
                condition=Q(offset_percent__isnull=False, offset_seconds=None)
                | Q(offset_percent=None, offset_seconds__isnull=False),
                name="level_one_offset",
                violation_error_message=_("Give either a percentage or a number of seconds."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} · {self.number}"

    def clean(self) -> None:
        if self.anchor not in CLOCK_ANCHORS and (self.offset_percent is not None or (self.offset_seconds or 0) < 0):
            raise ValidationError(_("Only a clock has a target: give seconds after the anchor, zero or more."))
