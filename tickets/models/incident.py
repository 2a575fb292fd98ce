"""One cause behind many tickets: first suspected, then confirmed or dismissed by a person."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from tickets.models.ticket import Ticket


class IncidentQuerySet(models.QuerySet["Incident"]):
    def undecided(self) -> "IncidentQuerySet":
        return self.filter(state=Incident.State.SUSPECTED)


class Incident(models.Model):
    class State(models.TextChoices):
        SUSPECTED = "suspected", _("Suspected")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Not one incident")

    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.SUSPECTED)
    # The first ticket of it. Public updates are written there, and reach each customer in their own ticket.
    parent = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, related_name="leads_incident", verbose_name=_("parent ticket")
    )
    suspected_at = models.DateTimeField(_("suspected at"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decided_by = models.ForeignKey("teams.User", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-suspected_at"], name="incident_by_state")]

    def __str__(self) -> str:
        return f"{self.parent.reference}: {self.get_state_display()}"


class IncidentTicket(models.Model):
    """A ticket belongs to one incident at most; also to one that was dismissed, so that nobody is asked again."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="incident_part")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="parts")
    similarity = models.FloatField(_("similarity"), default=1.0)
    joined_at = models.DateTimeField(_("found at"))
    # Empty while it only looks as if it belonged there.
    linked_at = models.DateTimeField(_("linked at"), null=True)

    class Meta:
        verbose_name = _("ticket of an incident")
        verbose_name_plural = _("tickets of incidents")

    def __str__(self) -> str:
        return f"{self.ticket_id} → {self.incident_id}"
