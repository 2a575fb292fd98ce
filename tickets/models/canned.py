"""Answers that are written once and sent often. `tickets.canned` fills their `{{ marks }}` in."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.core.text import validate_storable

if TYPE_CHECKING:
    from teams.models import User


MARKS = ("requester", "reference", "title", "agent", "team", "promise")
MARK = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class CannedReplyQuerySet(models.QuerySet["CannedReply"]):
    def for_teams_of(self, user: "User") -> "CannedReplyQuerySet":
        if user.is_administrator:
            return self
        return self.filter(Q(team=None) | Q(team__memberships__user=user))


def validate_marks(value: str) -> None:
    """Raises ValidationError for a `{{ mark }}` that nothing stands for."""
    unknown = sorted(set(MARK.findall(value)).difference(MARKS))
    if unknown:
        raise ValidationError(
            _("There is no %(unknown)s. You can use: %(known)s."),
            params={"unknown": _as_marks(unknown), "known": _as_marks(MARKS)},
        )


def _as_marks(names: Iterable[str]) -> str:
    return ", ".join(f"{{{{ {name} }}}}" for name in names)


class CannedReply(models.Model):
    title = models.CharField(_("title"), max_length=100)
    shortcut = models.SlugField(
        _("shortcut"), max_length=40, unique=True, help_text=_("What is typed after / in the composer.")
    )
    team = models.ForeignKey(
        "teams.Team", on_delete=models.CASCADE, null=True, blank=True, related_name="canned_replies",
        verbose_name=_("team"), help_text=_("Empty: everybody may use it."),
    )  # fmt: skip
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    body = models.TextField(
        _("text"), validators=[validate_storable, validate_marks],
        help_text=_(
            "{{ requester }}, {{ reference }}, {{ title }}, {{ agent }}, {{ team }} and {{ promise }} are filled in."
        ),
    )  # fmt: skip

    objects = CannedReplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("canned reply")
        verbose_name_plural = _("canned replies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title
