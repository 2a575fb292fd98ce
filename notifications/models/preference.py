from django.db import models
from django.utils.translation import gettext_lazy as _


class ChannelPreference(models.Model):
    """A person's own word on one kind over one channel. Without a row the kind's default holds."""

    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="channel_preferences")
    kind = models.CharField(_("kind"), max_length=40)
    channel = models.CharField(_("channel"), max_length=20)
    is_enabled = models.BooleanField(_("on"))

    class Meta:
        verbose_name = _("notification preference")
        verbose_name_plural = _("notification preferences")
        constraints = [models.UniqueConstraint(fields=["user", "kind", "channel"], name="preference_once")]

    def __str__(self) -> str:
        return f"{self.kind} / {self.channel}"
