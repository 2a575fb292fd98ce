"""Tickets whose clocks could not be moved with a fact. Each row is an alert, until the repair sweep has made it good."""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket


class ClockRepairQuerySet(models.QuerySet["ClockRepair"]):
    def note(self, ticket: Ticket, *, seq: int, error: Exception) -> None:
        """Remember that the fact `seq` was missed; the earliest one counts."""
        self.get_or_create(
            ticket=ticket, defaults={"from_seq": seq, "last_error": f"{type(error).__name__}: {error}"[:500]}
        )


class ClockRepair(models.Model):
    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="clock_repair")
    from_seq = models.PositiveIntegerField(_("first missed fact"))
    failed_at = models.DateTimeField(_("failed at"), default=now)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=500)

    objects = ClockRepairQuerySet.as_manager()

    class Meta:
        verbose_name = _("clock to repair")
        verbose_name_plural = _("clocks to repair")

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.from_seq}"
