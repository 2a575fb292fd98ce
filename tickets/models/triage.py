"""What triage knows and what it said: versions of its model, its opinion on each ticket, and how good it was."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Priority, Ticket


class Target(models.TextChoices):
    """What triage decides or suggests. Each can be switched off on its own."""

    CATEGORY = "category", _("Category")
    SKILLS = "skills", _("Skills")
    PRIORITY = "priority", _("Priority")
    SIMILAR = "similar", _("Similar tickets")
    INCIDENTS = "incidents", _("Incidents")
    THANKS = "thanks", _("Thanks that do not reopen")


class TriageSwitch(models.Model):
    """A row says that somebody has touched the switch; a target without a row is on."""

    target = models.CharField(_("target"), max_length=20, choices=Target.choices, primary_key=True)
    is_on = models.BooleanField(_("on"), default=True)
    changed_by = models.ForeignKey("teams.User", on_delete=models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("triage switch")
        verbose_name_plural = _("triage switches")

    def __str__(self) -> str:
        return self.get_target_display()


class ModelVersionQuerySet(models.QuerySet["ModelVersion"]):
    def champion(self) -> "ModelVersion | None":
        return self.filter(state=ModelVersion.State.CHAMPION).first()


class ModelVersion(models.Model):
    """One model, made once and never changed. At most one is the champion: the one that is asked."""

    class State(models.TextChoices):
        CANDIDATE = "candidate", _("Candidate")
        CHAMPION = "champion", _("In use")
        RETIRED = "retired", _("Retired")

    class Origin(models.TextChoices):
        COLD_START = "cold_start", _("Names and descriptions only")
        TRAINED = "trained", _("Trained on tickets")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.CANDIDATE)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices)
    encoder = models.CharField(_("encoder"), max_length=40)
    encoder_digest = models.CharField(max_length=64, blank=True)
    # Keys of categories as text, in the model's order. A category that is gone is passed over.
    labels = models.JSONField(_("labels"), default=list)
    # What the model's past tickets are, in its order: nearest ones are told by their place in it.
    examples = models.JSONField(default=list)
    example_count = models.PositiveIntegerField(_("examples"), default=0)
    data_from = models.DateTimeField(_("data from"), null=True)
    data_until = models.DateTimeField(_("data until"), null=True)
    # Figures on the most recent tickets, which it has not learned from; and the champion's on the same ones.
    metrics = models.JSONField(_("figures"), default=dict)
    # Whether it has passed the gate for deciding by itself; else it only suggests.
    is_automatic = models.BooleanField(_("decides by itself"), default=False)
    # Why it was activated or not: codes and numbers, see `tickets.triage.gate`.
    verdict = models.JSONField(default=dict)
    file_hash = models.CharField(_("SHA-256"), max_length=64)
    file_size = models.PositiveIntegerField(_("bytes"), default=0)
    made_at = models.DateTimeField(_("made at"))
    activated_at = models.DateTimeField(_("activated at"), null=True)
    activated_by = models.ForeignKey("teams.User", on_delete=models.PROTECT, null=True, related_name="+")
    retired_at = models.DateTimeField(_("retired at"), null=True)

    objects = ModelVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("model version")
        verbose_name_plural = _("model versions")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["state"], name="model_one_champion", condition=Q(state="champion"))
        ]

    def __str__(self) -> str:
        return _("version %(number)d") % {"number": self.pk}


class ModelFile(models.Model):
    """The bytes of a version, apart so that no list of versions carries them."""

    version = models.OneToOneField(ModelVersion, on_delete=models.CASCADE, primary_key=True, related_name="file")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.version_id)


class Prediction(models.Model):
    """What triage thought of a ticket when it was opened, and what people made of it since. It dies with the ticket."""

    class Outcome(models.TextChoices):
        AUTOMATIC = "automatic", _("Decided by itself")
        SUGGESTED = "suggested", _("Suggested")
        ABSTAINED = "abstained", _("Not sure enough")
        # The requester chose: their word counts, the opinion is kept for comparison.
        CHOSEN = "chosen", _("Chosen by the requester")
        # Left to people on purpose, so that there is something to compare with.
        HELD_OUT = "held_out", _("Left to people")
        # Rules went on alone; `reason` says why.
        NONE = "none", _("No opinion")

    class Reason(models.TextChoices):
        NO_MODEL = "no_model", _("There is no model yet.")
        BROKEN = "broken", _("The model file is damaged or missing.")
        WARMING = "warming", _("The model was still being loaded.")
        SLOW = "slow", _("The model took too long.")
        FAILED = "failed", _("The model failed.")
        EMPTY = "empty", _("There was no text to read.")
        OFF = "off", _("Switched off.")

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        CORRECTED = "corrected", _("Corrected")

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="prediction")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="predictions")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason.choices, blank=True)
    # What it thought most likely: the best of `ranked` that was a category then.
    category = models.ForeignKey(
        "tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # The best three: [{"category": key, "slug": …, "probability": …}].
    ranked = models.JSONField(default=list)
    confidence = models.FloatField(null=True)
    # From which confidence on it decides or suggests, as they were then: {"automatic": …, "suggest": …}.
    thresholds = models.JSONField(default=dict)
    terms = models.JSONField(default=list)
    # [{"ticket": key, "similarity": …}]
    nearest = models.JSONField(default=list)
    language = models.CharField(max_length=8, blank=True)
    skills = models.JSONField(default=list)
    suggested_priority = models.PositiveSmallIntegerField(choices=Priority.choices, null=True)
    duration_ms = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict.choices, blank=True)
    verdict_at = models.DateTimeField(null=True)
    verdict_by = models.ForeignKey("teams.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        verbose_name = _("prediction")
        verbose_name_plural = _("predictions")
        indexes = [models.Index(fields=["made_at"], name="prediction_by_time")]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.outcome}"


class BitField(models.Field):
    """`bit(n)`: written as a string of zeros and ones, compared in the database only."""

    def __init__(self, *args: Any, length: int = 384, **kwargs: Any) -> None:
        self.length = length
        super().__init__(*args, **kwargs)

    def db_type(self, connection: object) -> str:
        return f"bit({self.length})"

    def deconstruct(self) -> tuple[str, str, Sequence[Any], dict[str, Any]]:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"length": self.length}

    def get_placeholder(self, value: object, compiler: object, connection: object) -> str:
        return f"%s::bit({self.length})"


class TicketVector(models.Model):
    """What a ticket means, as the encoder says it. Dies with the ticket.

    `signature` has one bit for each of a fixed set of random directions: the closer two meanings, the fewer bits differ.
    It finds the few whose vectors are worth comparing, in any PostgreSQL, without an extension.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="vector")
    encoder = models.CharField(max_length=16, help_text=_("The first characters of the encoder's digest."))
    signature = BitField()
    # Half precision, little endian.
    vector = models.BinaryField()

    class Meta:
        # Signatures are looked through in the index alone, a tenth of the table.
        indexes = [models.Index(fields=["encoder", "ticket"], include=["signature"], name="vector_signatures")]

    def __str__(self) -> str:
        return str(self.ticket_id)


class TriageWeek(models.Model):
    """The figures of one week, kept when its predictions are long gone. Written by the nightly run."""

    week = models.DateField(_("week from"))
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, null=True, related_name="weeks")
    figures = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("week of triage")
        verbose_name_plural = _("weeks of triage")
        ordering = ["-week"]
        constraints = [models.UniqueConstraint(fields=["week"], name="triage_week_once")]

    def __str__(self) -> str:
        return f"{self.week}"
