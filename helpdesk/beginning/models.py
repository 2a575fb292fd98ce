"""Which steps are done. What they have set up stands where it always stands: people, calendars, promises."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class DoneStepQuerySet(models.QuerySet["DoneStep"]):
    def note(self, name: str) -> None:
        """Calling twice is harmless."""
        self.bulk_create([self.model(name=name)], ignore_conflicts=True)

    def names(self) -> set[str]:
        return set(self.values_list("name", flat=True))


class DoneStep(models.Model):
    name = models.CharField(_("name"), max_length=20, primary_key=True)
    done_at = models.DateTimeField(_("done"), db_default=Now())

    objects = DoneStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step that is done")
        verbose_name_plural = _("steps that are done")

    def __str__(self) -> str:
        return self.name
