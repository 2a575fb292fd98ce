"""Tickets whose clocks could not be moved with a fact. Each row is an alert, until the repair sweep has made it good.

Until then later facts wait as well, because clocks follow history in its order, and no sweep touches the ticket.
"""

from django.db import models
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket


class ClockRepairQuerySet(models.QuerySet["ClockRepair"]):
    def note(self, ticket: Ticket, *, seq: int, error: Exception) -> None:
        """Remember from which fact on a locked ticket has to be followed."""
        self.create(ticket=ticket, from_seq=seq, last_error=described(error))


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


def described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]
