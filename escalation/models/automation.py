"""Automations: when something happens, or some time after it, and if conditions hold, then do something. Once an episode."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from escalation.actions import validate_automation_actions
from escalation.conditions import validate_automation_conditions
from helpdesk.core.text import validate_storable

A_YEAR = 366 * 24 * 3600


class Happening(models.TextChoices):
    """What an automation may wait for."""

    OPENED = "opened", _("A ticket is opened")
    CUSTOMER_WROTE = "customer_wrote", _("A customer writes")
    STAFF_WROTE = "staff_wrote", _("Staff answer")
    NOTED = "noted", _("Staff write a note")
    ASSIGNED = "assigned", _("Somebody gets it")
    UNASSIGNED = "unassigned", _("Nobody has it any more")
    PENDED = "pended", _("It waits for the customer")
    RESOLVED = "resolved", _("It is resolved")
    REOPENED = "reopened", _("It is reopened")
    PRIORITY_CHANGED = "priority_changed", _("Its priority changes")
    CATEGORY_CHANGED = "category_changed", _("Its category changes")
    TAGGED = "tagged", _("A tag is added")
    WARNED = "warned", _("A promise is at risk")
    BREACHED = "breached", _("A promise is broken")


class AutomationQuerySet(models.QuerySet["Automation"]):
    def active(self) -> "AutomationQuerySet":
        return self.filter(is_active=True)


class Automation(models.Model):
    """`after_seconds` of 0: at once. More: that long after it, if nothing has ended it until then."""

    name = models.CharField(_("name"), max_length=100, unique=True, validators=[validate_storable])
    position = models.PositiveSmallIntegerField(_("position"), default=100)
    is_active = models.BooleanField(_("active"), default=True)
    happening = models.CharField(_("when"), max_length=20, choices=Happening.choices)
    after_seconds = models.PositiveIntegerField(
        _("after (seconds)"), default=0, validators=[MaxValueValidator(A_YEAR)],
        help_text=_("0: at once. Else only if nobody has written and the status has not changed in the meantime."),
    )  # fmt: skip
    is_working_time = models.BooleanField(
        _("count working time"), default=True, help_text=_("In the hours of the ticket's team.")
    )
    conditions = models.JSONField(
        _("conditions"), default=dict, blank=True, validators=[validate_automation_conditions],
        help_text=_('For example {"category": ["billing"], "status": ["pending_customer"]}. Empty: every ticket.'),
    )  # fmt: skip
    actions = models.JSONField(_("actions"), default=list, validators=[validate_automation_actions])

    objects = AutomationQuerySet.as_manager()

    class Meta:
        verbose_name = _("automation")
        verbose_name_plural = _("automations")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.after_seconds > A_YEAR:
            raise ValidationError({"after_seconds": _("A year at most.")})


class AutomationTimer(models.Model):
    """That an automation is to be looked at, and when. `event` is what it waited for."""

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="automation_timers", db_index=False
    )
    automation = models.ForeignKey(Automation, on_delete=models.CASCADE, related_name="timers")
    event = models.ForeignKey("tickets.TicketEvent", on_delete=models.CASCADE, related_name="+", db_index=False)
    due_at = models.DateTimeField(_("due at"), db_index=True)

    class Meta:
        verbose_name = _("automation timer")
        verbose_name_plural = _("automation timers")
        constraints = [
            models.UniqueConstraint(fields=["ticket", "automation", "event"], name="automation_timer_once_an_event")
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.automation_id} · {self.due_at}"


class AutomationRun(models.Model):
    """The run log: one row an automation, ticket and event. Inserting it is the claim."""

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        SKIPPED = "skipped", _("Skipped: a condition failed")
        STOPPED = "stopped", _("Stopped: it would go round in a circle")

    ticket = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="automation_runs", db_index=False
    )
    automation = models.ForeignKey(Automation, on_delete=models.PROTECT, related_name="runs")
    event = models.ForeignKey("tickets.TicketEvent", on_delete=models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome.choices)
    failed_condition = models.CharField(_("failed condition"), max_length=20, blank=True)
    results = models.JSONField(_("results"), default=list)
    due_at = models.DateTimeField(_("due at"))
    ran_at = models.DateTimeField(_("ran at"), db_default=Now())

    class Meta:
        verbose_name = _("run of an automation")
        verbose_name_plural = _("runs of automations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "automation", "event"], name="automation_once_an_event"),
            models.CheckConstraint(
                condition=~Q(outcome="skipped") | ~Q(failed_condition=""), name="automation_skipped_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.automation}"
