"""Teams and who belongs to them. Exactly one team is general: it takes what nobody else does."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.calendar import Calendar
from teams.working_time import WorkingCalendar


class TeamQuerySet(models.QuerySet["Team"]):
    def active(self) -> "TeamQuerySet":
        return self.filter(is_active=True)


class AssignmentPolicy(models.TextChoices):
    BALANCED = "balanced", _("Balanced: to whoever can answer soonest")
    ROUND_ROBIN = "round_robin", _("Round robin: in turn")
    TAKE_NEXT = "take_next", _("Take next: agents take the next ticket themselves")


class Team(models.Model):
    name = models.CharField(_("name"), max_length=100, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    is_general = models.BooleanField(
        _("general team"), default=False, help_text=_("Takes every ticket that no other team takes. Exactly one.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    calendar = models.ForeignKey(
        "teams.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="teams",
        verbose_name=_("working hours"), help_text=_("Empty: the default calendar."),
    )  # fmt: skip
    policy = models.CharField(
        _("tickets are given"), max_length=20, choices=AssignmentPolicy.choices, default=AssignmentPolicy.BALANCED,
        db_default=AssignmentPolicy.BALANCED,
        help_text=_("What nobody takes is given to somebody when half of the first response time is used."),
    )  # fmt: skip
    spills_over = models.BooleanField(
        _("passes on when everyone is full"), default=False, db_default=False,
        help_text=_("What finds everybody full goes to agents of the general team who have room."),
    )  # fmt: skip
    holds_when_full = models.BooleanField(
        _("holds tickets when everyone is full"), default=False,
        help_text=_("Medium and low tickets wait for a free agent until half of the first response time is used."),
    )  # fmt: skip
    rebalances_untouched = models.BooleanField(
        _("moves untouched tickets"), default=False,
        help_text=_("A ticket that nobody touched for half of the first response time is given to the next agent."),
    )  # fmt: skip
    close_after_days = models.PositiveSmallIntegerField(
        _("closes resolved tickets after (days)"), default=7,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )  # fmt: skip
    members = models.ManyToManyField("teams.User", through="teams.TeamMembership", related_name="teams")

    objects = TeamQuerySet.as_manager()

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_general"], condition=models.Q(is_general=True), name="team_one_general",
                violation_error_message=_("There is a general team already."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_general=False) | models.Q(is_active=True), name="team_general_is_active",
                violation_error_message=_("The general team is the last resort and cannot be switched off."),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name

    def working_calendar(self) -> WorkingCalendar:
        """The team's hours, or the default ones. Up to four queries."""
        return (self.calendar or Calendar.objects.default()).working_calendar()


class TeamMembership(models.Model):
    class Role(models.TextChoices):
        AGENT = "agent", _("Agent")
        LEAD = "lead", _("Team lead")

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships", verbose_name=_("team"))
    user = models.ForeignKey(
        "teams.User", on_delete=models.CASCADE, related_name="memberships", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices, default=Role.AGENT)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["team", "user"], name="membership_once_a_team")]

    def __str__(self) -> str:
        return f"{self.user} · {self.team}"
