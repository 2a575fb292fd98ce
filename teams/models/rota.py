"""Who is on call by turns: a rota a team. A single on-call shift of the team overrides it while it lasts."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.user import default_time_zone, validate_time_zone


class OnCallRota(models.Model):
    team = models.OneToOneField("teams.Team", on_delete=models.CASCADE, related_name="rota", verbose_name=_("team"))
    is_active = models.BooleanField(_("active"), default=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=default_time_zone, validators=[validate_time_zone]
    )
    begins_on = models.DateField(_("first turn begins on"))
    hands_over_at = models.TimeField(_("hands over at"), default=time(9))
    turn_days = models.PositiveSmallIntegerField(
        _("days a turn"), default=7, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )

    class Meta:
        verbose_name = _("on-call rota")
        verbose_name_plural = _("on-call rotas")
        constraints = [models.CheckConstraint(condition=models.Q(turn_days__gte=1), name="rota_turn_lasts")]

    def __str__(self) -> str:
        return str(self.team)

    def turn_at(self, at: datetime, count: int) -> int | None:
        """The place, from 0, of whose turn it is among `count` people; None before the first turn.

        Days are those of the rota's wall clock: a turn begins at the same time also after daylight saving changes.
        """
        local = at.astimezone(ZoneInfo(self.time_zone))
        day = local.date() if local.time() >= self.hands_over_at else local.date() - timedelta(days=1)
        days = (day - self.begins_on).days
        return days // self.turn_days % count if count and days >= 0 else None


class OnCallTurn(models.Model):
    rota = models.ForeignKey(OnCallRota, on_delete=models.CASCADE, related_name="turns")
    position = models.PositiveSmallIntegerField(_("position"))
    user = models.ForeignKey(
        "teams.User", on_delete=models.CASCADE, related_name="on_call_turns", verbose_name=_("person")
    )

    class Meta:
        verbose_name = _("turn")
        verbose_name_plural = _("turns")
        ordering = ["rota", "position", "pk"]

    def __str__(self) -> str:
        return f"{self.position}: {self.user}"
