"""What makes a person an agent: how much they carry, when they accept work, what they know."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Skill(models.Model):
    name = models.CharField(_("name"), max_length=80, unique=True)
    slug = models.SlugField(_("slug"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class AgentProfile(models.Model):
    """Working hours are the person's shifts; without any, the hours of `calendar`, else of the default calendar.

    Holidays of that calendar apply in each case.
    """

    user = models.OneToOneField(
        "teams.User", on_delete=models.CASCADE, primary_key=True, related_name="agent_profile",
        verbose_name=_("person"),
    )  # fmt: skip
    capacity = models.PositiveSmallIntegerField(
        _("capacity (units)"), default=8, validators=[MinValueValidator(1), MaxValueValidator(200)],
        help_text=_("Critical counts 3 units, high 2, medium 1, low ½; waiting for the customer a quarter of that."),
    )  # fmt: skip
    is_accepting_work = models.BooleanField(_("accepts new tickets"), default=True)
    calendar = models.ForeignKey(
        "teams.Calendar", on_delete=models.PROTECT, null=True, blank=True, related_name="agents",
        verbose_name=_("calendar"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("agent")
        verbose_name_plural = _("agents")

    def __str__(self) -> str:
        return str(self.user)


class AgentSkill(models.Model):
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="skills", verbose_name=_("person"))
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="holders", verbose_name=_("skill"))
    level = models.PositiveSmallIntegerField(
        _("level (1–5)"), default=3, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )

    class Meta:
        verbose_name = _("skill of a person")
        verbose_name_plural = _("skills of people")
        constraints = [
            models.UniqueConstraint(fields=["user", "skill"], name="agent_skill_once"),
            models.CheckConstraint(condition=models.Q(level__range=(1, 5)), name="agent_skill_level_1_to_5"),
        ]

    def __str__(self) -> str:
        return f"{self.skill} {self.level}/5"
