"""Who has opened a ticket that they were given. Not history: it only says whether the ticket is untouched."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sighting(models.Model):
    """One row a ticket and person, written once for each time that the ticket is given to them.

    It counts while `seen_at` is no earlier than the ticket's `assigned_at`.
    """

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="sightings", db_index=False)
    person = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="+")
    seen_at = models.DateTimeField(_("opened at"))

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        constraints = [models.UniqueConstraint(fields=["ticket", "person"], name="sighting_once")]

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.person_id}"
