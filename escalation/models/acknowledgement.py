"""Who has seen an alert, and when: it leaves the lead's page, the promise stays broken."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable


class Acknowledgement(models.Model):
    """The first to acknowledge an alert is remembered; a second one changes nothing."""

    alert = models.OneToOneField(
        "tickets.TicketEvent", on_delete=models.PROTECT, primary_key=True, related_name="acknowledgement",
        verbose_name=_("alert"), help_text=_("The warning, breach or escalation that was seen."),
    )  # fmt: skip
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="acknowledgements", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))
    reason = models.CharField(_("reason"), max_length=300, blank=True, validators=[validate_storable])

    class Meta:
        verbose_name = _("acknowledgement")
        verbose_name_plural = _("acknowledgements")

    def __str__(self) -> str:
        return f"{self.alert_id} · {self.by}"
