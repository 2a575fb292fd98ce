"""Long work as a row: how far it is, whether it lives, and what came of it. `helpdesk.core.jobs` writes here."""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# Whoever runs a job says so at least this often; after that, it is taken to be dead and another one goes on with it.
SILENT_AFTER = timedelta(minutes=5)


class JobQuerySet(models.QuerySet["Job"]):
    def pending(self) -> "JobQuerySet":
        """Waiting or running: not at an end yet."""
        return self.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])

    def due(self, as_of: datetime) -> "JobQuerySet":
        """What somebody should run: it waits, or whoever ran it is silent."""
        silent = Q(state=Job.State.RUNNING, heartbeat_at__lt=as_of - SILENT_AFTER)
        return self.filter(Q(state=Job.State.WAITING) | silent).order_by("pk")


class Job(models.Model):
    """`attempt` tells one run from the next: a run that was taken for dead and wakes up finds that it is not its own."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    arguments = models.JSONField(_("arguments"), default=dict)
    # A digest of kind and arguments: the same is not done twice at a time.
    fingerprint = models.CharField(max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    done_count = models.PositiveBigIntegerField(_("done"), default=0)
    total_count = models.PositiveBigIntegerField(_("of"), default=0)
    # Where a second run goes on; what it means is the kind's own affair.
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(_("result"), default=dict)
    error = models.TextField(_("error"), blank=True)
    attempt = models.PositiveSmallIntegerField(_("attempts"), default=0)
    started_by_id = models.CharField(_("started by (id)"), max_length=40, blank=True)
    is_cancel_wanted = models.BooleanField(_("to be cancelled"), default=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now())
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"], name="job_once_at_a_time", condition=Q(state__in=["waiting", "running"])
            )
        ]
        indexes = [models.Index(fields=["heartbeat_at"], name="job_pending", condition=Q(finished_at=None))]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def is_pending(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int | None:
        """None while it is not known how much there is to do."""
        return min(100, 100 * self.done_count // self.total_count) if self.total_count else None
