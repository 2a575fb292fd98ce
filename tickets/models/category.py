"""What a ticket is about, what knowing about it takes, and which team takes it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class CategoryQuerySet(models.QuerySet["Category"]):
    def active(self) -> "CategoryQuerySet":
        return self.filter(is_active=True)


class Category(models.Model):
    slug = models.SlugField(_("slug"), max_length=40, unique=True, help_text=_("The name in the API."))
    name = models.CharField(_("name"), max_length=80)
    description = models.CharField(_("description"), max_length=300, blank=True)
    keywords = models.CharField(
        _("keywords"), max_length=500, blank=True, db_default="", default="",
        help_text=_("Words that customers use for it, in every language they write: triage begins with them."),
    )  # fmt: skip
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    objects = CategoryQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class CategorySkill(models.Model):
    """What tickets of a category need. Required comes first; preferred only makes a candidate better."""

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="needs")
    skill = models.ForeignKey("teams.Skill", on_delete=models.CASCADE, related_name="needed_by")
    min_level = models.PositiveSmallIntegerField(
        _("at least level (1–5)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    is_required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("needed skill")
        verbose_name_plural = _("needed skills")
        constraints = [models.UniqueConstraint(fields=["category", "skill"], name="category_skill_once")]

    def __str__(self) -> str:
        return f"{self.category}: {self.skill}"


class RoutingRule(models.Model):
    """Category × priority × organisation → team. An empty condition matches everything; the lowest position wins."""

    position = models.PositiveSmallIntegerField(_("position"), default=100)
    category = models.ForeignKey(
        Category, on_delete=models.CASCADE, null=True, blank=True, related_name="routing_rules",
        verbose_name=_("category"),
    )  # fmt: skip
    priority = models.PositiveSmallIntegerField(_("priority"), null=True, blank=True)
    organisation = models.ForeignKey(
        "teams.Organisation", on_delete=models.CASCADE, null=True, blank=True, related_name="routing_rules",
        verbose_name=_("organisation"),
    )  # fmt: skip
    team = models.ForeignKey(
        "teams.Team", on_delete=models.CASCADE, related_name="routing_rules", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("routing rule")
        verbose_name_plural = _("routing rules")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.position}: {self.category or '*'} → {self.team}"
