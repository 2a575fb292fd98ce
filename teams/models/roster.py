"""When a person works: weekly shifts, absences, and who is on call."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.calendar import Weekday, check_span


class Shift(models.Model):
    """One weekly stretch of work, in the person's own time zone."""

    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="shifts", verbose_name=_("person"))
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday.choices)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"), help_text=_("00:00 means midnight at the end of the day."))

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["user", "weekday", "starts"]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def clean(self) -> None:
        check_span(self.starts, self.ends)


class Period(models.Model):
    """A stretch of time between two instants, the second excluded."""

    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))

    class Meta:
        abstract = True


def period_constraint(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(ends_at__gt=models.F("starts_at")),
        name=name,
        violation_error_message=_("It must end after it begins."),
    )


class Absence(Period):
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="absences", verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-starts_at"]
        constraints = [period_constraint("absence_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.user}: {self.starts_at:%Y-%m-%d %H:%M} – {self.ends_at:%Y-%m-%d %H:%M}"


class OnCallShift(Period):
    """Who may be woken for a critical ticket of this team outside working hours."""

    team = models.ForeignKey("teams.Team", on_delete=models.CASCADE, related_name="on_call_shifts")
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="on_call_shifts")

    class Meta:
        verbose_name = _("on-call shift")
        verbose_name_plural = _("on-call shifts")
        ordering = ["-starts_at"]
        constraints = [period_constraint("on_call_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.team}: {self.user}"
