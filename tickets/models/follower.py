"""Who follows a ticket without being responsible, and under which words it is filed."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Watcher(models.Model):
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="watchers")
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="watched")
    since_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("watcher")
        verbose_name_plural = _("watchers")
        constraints = [models.UniqueConstraint(fields=["ticket", "user"], name="watcher_once")]

    def __str__(self) -> str:
        return str(self.user)


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=50, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
