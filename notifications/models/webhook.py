"""Endpoints of other systems, the secrets that calls to them are signed with, and the calls: the row is the truth."""

import uuid
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from escalation.kinds import AUTOMATION_RAN, ESCALATION_RAISED
from helpdesk.core.fetching import FetchFailed, check_url, is_own_host
from helpdesk.core.text import validate_storable
from notifications.webhooks.signing import digest_of, secret_for


def validate_endpoint_url(url: str) -> None:
    """https, and no address of one's own network, unless FETCH_PRIVATE_HOSTS names it."""
    try:
        check_url(url)
    except FetchFailed as refused:
        raise ValidationError(refused.message) from refused
    if not url.startswith("https://") and not is_own_host(url):
        raise ValidationError(_("Give an address that begins with https://."))


class WebhookEndpointQuerySet(models.QuerySet["WebhookEndpoint"]):
    def switched_off(self) -> "WebhookEndpointQuerySet":
        """Those that went off by themselves: somebody has to look."""
        return self.filter(is_enabled=False).exclude(disabled_because="")


class WebhookEndpoint(models.Model):
    """`key` is what actions name. `disabled_because` is set only when the product switched it off by itself."""

    name = models.CharField(_("name"), max_length=100, unique=True, validators=[validate_storable])
    key = models.SlugField(_("key"), max_length=50, unique=True, help_text=_("What actions call it. It stays."))
    url = models.CharField(_("address"), max_length=500, validators=[validate_endpoint_url])
    is_enabled = models.BooleanField(_("on"), default=True)
    disabled_because = models.CharField(_("switched off because"), max_length=300, blank=True)
    # Said here as well, so that the history tells who made a new one.
    secret_made_at = models.DateTimeField(_("secret since"), null=True, blank=True, editable=False)
    # The first of the failures since the last success.
    failing_since = models.DateTimeField(_("fails since"), null=True, blank=True)
    last_failed_at = models.DateTimeField(_("failed last"), null=True, blank=True, editable=False)
    # After no answer it is left alone for a while.
    silent_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        "teams.User", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("added by")
    )
    created_at = models.DateTimeField(_("added"), db_default=Now())

    objects = WebhookEndpointQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_enabled=False) | Q(disabled_because=""), name="webhook_endpoint_on_has_no_reason"
            )
        ]

    def __str__(self) -> str:
        return self.name


class WebhookSecretQuerySet(models.QuerySet["WebhookSecret"]):
    def in_force(self, at: datetime) -> "WebhookSecretQuerySet":
        """The newest first."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at)).order_by("-pk")


class WebhookSecret(models.Model):
    """What a secret follows from, and the digest by which it is known again when SECRET_KEY has changed."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="secrets")
    salt = models.CharField(max_length=40, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"), db_default=Now())
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)

    objects = WebhookSecretQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook secret")
        verbose_name_plural = _("webhook secrets")
        constraints = [
            models.UniqueConstraint(fields=["endpoint"], condition=Q(ends_at=None), name="webhook_secret_one_stays")
        ]

    def __str__(self) -> str:
        return f"{self.endpoint_id} · {self.pk}"

    def value(self) -> str | None:
        """None when SECRET_KEY is another one than when it was made."""
        secret = secret_for(self.salt)
        return secret if digest_of(secret) == self.digest else None


class CallState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    FAILED = "failed", _("Failed, will be tried again")
    SENT = "sent", _("Sent")
    DEAD = "dead", _("Failed for good")


OPEN_STATES = (CallState.WAITING, CallState.FAILED)


class CallKind(models.TextChoices):
    """What the receiver reads as `type`."""

    ESCALATION = ESCALATION_RAISED, _("Escalation")
    AUTOMATION = AUTOMATION_RAN, _("Automation")
    TEST = "webhook.test", _("Test")


class WebhookCallQuerySet(models.QuerySet["WebhookCall"]):
    def still_open(self) -> "WebhookCallQuerySet":
        return self.filter(state__in=OPEN_STATES)


class WebhookCall(models.Model):
    """Claimed by a lease, tried until it arrives or its day is over. `dedupe_key` makes a second one for the same impossible."""

    State = CallState
    Kind = CallKind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    dedupe_key = models.CharField(max_length=120, unique=True)
    endpoint = models.ForeignKey(
        WebhookEndpoint, on_delete=models.CASCADE, related_name="calls", verbose_name=_("endpoint")
    )
    kind = models.CharField(_("type"), max_length=40, choices=CallKind.choices)
    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="webhook_calls", verbose_name=_("ticket")
    )
    escalation = models.ForeignKey(
        "escalation.Escalation", on_delete=models.CASCADE, null=True, related_name="webhook_calls",
        verbose_name=_("escalation"),
    )  # fmt: skip
    automation_run = models.ForeignKey(
        "escalation.AutomationRun", on_delete=models.CASCADE, null=True, related_name="webhook_calls",
        verbose_name=_("run of an automation"),
    )  # fmt: skip
    # The very text that is signed and sent, each time.
    body = models.TextField(_("body"))
    state = models.CharField(_("state"), max_length=10, choices=CallState.choices, default=CallState.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    give_up_at = models.DateTimeField(_("given up at"))
    lease_until = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(_("last status"), null=True, blank=True)
    # The beginning of what the other side said, or why nothing was said.
    last_answer = models.CharField(_("last answer"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())

    objects = WebhookCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook call")
        verbose_name_plural = _("webhook calls")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(escalation=None) | Q(automation_run=None), name="webhook_call_one_cause")
        ]
        indexes = [
            models.Index(fields=["next_attempt_at"], name="webhook_call_open", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["-created_at"], name="webhook_call_newest"),
            models.Index(fields=["-created_at"], name="webhook_call_dead", condition=Q(state=CallState.DEAD)),
        ]

    def __str__(self) -> str:
        return self.message_id

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def message_id(self) -> str:
        """The same in every attempt: by it the receiver knows what it has seen."""
        return f"msg_{self.id.hex}"
