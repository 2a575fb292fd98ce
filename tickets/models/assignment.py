"""How much each agent carries, and why each ticket went where it went."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.event import TicketEvent


class AgentLoad(models.Model):
    """One row an agent across all teams: the lock that a decision holds, and the counter that it moves.

    `load_eighths` equals a recount of the agent's unresolved tickets at every commit.
    """

    agent = models.OneToOneField("teams.User", on_delete=models.CASCADE, primary_key=True, related_name="load")
    load_eighths = models.PositiveIntegerField(_("load in eighths of a unit"), default=0)
    last_assigned_at = models.DateTimeField(_("last assigned at"), null=True, blank=True)

    class Meta:
        verbose_name = _("load")
        verbose_name_plural = _("loads")

    def __str__(self) -> str:
        return f"{self.agent}: {self.load_eighths / 8:g}"


class AssignmentDecision(models.Model):
    """The record behind an assignment: inputs, candidates, filters, scores, rung, winner and runner-up. Replayable."""

    event = models.OneToOneField(TicketEvent, on_delete=models.PROTECT, primary_key=True, related_name="decision")
    rung = models.CharField(max_length=20)
    record = models.JSONField()

    class Meta:
        verbose_name = _("assignment decision")
        verbose_name_plural = _("assignment decisions")

    def __str__(self) -> str:
        return self.rung
