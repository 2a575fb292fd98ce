"""Somebody lets a ticket's levels wait for a while, and says why. Clocks and breaches go on as before."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable


class Snooze(models.Model):
    """One a ticket: the last one. What would be due before `until` is due then."""

    ticket = models.OneToOneField("tickets.Ticket", on_delete=models.CASCADE, related_name="snooze")
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=300, validators=[validate_storable])
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("snooze")
        verbose_name_plural = _("snoozes")

    def __str__(self) -> str:
        return f"{self.ticket_id} · {self.until}"
