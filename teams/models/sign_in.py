"""What the public forms need to remember: how often something was tried, and which letters are owed."""

from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Tally(models.Model):
    """How often `key` was counted since its window began. Written by `teams.limits` alone, in one statement a count."""

    key = models.CharField(max_length=120, primary_key=True)
    count = models.PositiveIntegerField(_("count"))
    ends_at = models.DateTimeField(_("ends at"))

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        indexes = [models.Index(fields=["ends_at"], name="tally_by_end")]

    def __str__(self) -> str:
        return self.key


class LetterRequestQuerySet(models.QuerySet["LetterRequest"]):
    def due(self, as_of: datetime) -> "LetterRequestQuerySet":
        return self.filter(next_try_at__lte=as_of).order_by("next_try_at")


class LetterRequest(models.Model):
    """A letter that somebody asked for at a public form.

    The form only writes this row, whoever the address belongs to: what it answers, and how fast, tells nothing. A sweep
    looks the address up, sends what there is to send, and removes the row. One that failed for good stays to be seen.
    """

    kind = models.CharField(_("kind"), max_length=20)
    address = models.EmailField(_("address"), max_length=254)
    language = models.CharField(_("language"), max_length=8)
    details: Any = models.JSONField(_("details"), default=dict)
    asked_at = models.DateTimeField(_("asked at"), db_default=Now())
    next_try_at = models.DateTimeField(_("next try at"), null=True, db_default=Now())
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    objects = LetterRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter asked for")
        verbose_name_plural = _("letters asked for")
        indexes = [
            models.Index(fields=["next_try_at"], name="letter_due", condition=Q(next_try_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.pk}"
