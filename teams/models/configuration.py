"""What was changed in the set-up: who, when, before and after. Written by the database itself, whatever the way in."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ConfigurationChange(models.Model):
    """One row of a set-up table, before and after. `subject` is what it belongs to: a target's is its policy."""

    subject = models.CharField(_("what"), max_length=40)
    subject_id = models.BigIntegerField()
    table = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("change of the set-up")
        verbose_name_plural = _("changes of the set-up")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject", "subject_id", "-id"], name="configuration_by_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.subject_id}"

    def differences(self) -> list[tuple[str, Any, Any]]:
        """Each column that differs, with what stood there and what stands there now."""
        before, after = self.before or {}, self.after or {}
        return [
            (column, before.get(column), after.get(column))
            for column in sorted({*before, *after} - {"id"})
            if before.get(column) != after.get(column)
        ]
