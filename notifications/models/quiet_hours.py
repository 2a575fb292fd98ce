from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from notifications.quiet import quiet_until


class QuietHours(models.Model):
    """When a person is written to later, by the clock of their own zone. Nobody without a row has any."""

    user = models.OneToOneField(
        "teams.User", on_delete=models.CASCADE, primary_key=True, related_name="quiet_hours", verbose_name=_("person")
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    is_weekend_quiet = models.BooleanField(_("and all of Saturday and Sunday"), default=False)

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        constraints = [models.CheckConstraint(condition=~Q(starts=F("ends")), name="quiet_hours_end")]

    def __str__(self) -> str:
        return f"{self.starts:%H:%M}–{self.ends:%H:%M}"

    def until(self, at: datetime) -> datetime | None:
        """When they end, if `at` lies in them. The person must be loaded."""
        return quiet_until(
            at,
            starts=self.starts,
            ends=self.ends,
            zone=ZoneInfo(self.user.time_zone),
            is_weekend_quiet=self.is_weekend_quiet,
        )
