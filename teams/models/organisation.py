from django.db import models
from django.utils.translation import gettext_lazy as _


class Organisation(models.Model):
    """A customer's company. Routing rules and promises may depend on it."""

    name = models.CharField(_("name"), max_length=150, unique=True)
    may_request_critical = models.BooleanField(
        _("may request critical"), default=False, help_text=_("Its people may open tickets with priority critical.")
    )
    calendar = models.ForeignKey(
        "teams.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="organisations",
        verbose_name=_("working hours"), db_index=False,
        help_text=_("Promises to its people count in these. Empty: in those of the team."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
