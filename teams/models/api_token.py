"""Tokens for integrators. Only a digest is kept: a token is shown once, when it is issued."""

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from teams.models.user import User

# Makes a leaked token recognisable: in logs, in repositories, to scanners.
PREFIX = "hd_"


def digest_of(token: str) -> str:
    """A plain hash is enough: the token has 256 random bits, so there is nothing to guess."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, as_of: datetime) -> "ApiTokenQuerySet":
        return self.filter(revoked_at=None, user__is_active=True).exclude(expires_at__lte=as_of)

    def issue(self, user: "User", *, name: str, is_trusted: bool = False, expires_at: datetime | None = None) -> str:
        """Make a token that acts as `user` and return it. This is the only moment at which it can be read."""
        token = PREFIX + secrets.token_urlsafe(32)
        self.create(user=user, name=name, digest=digest_of(token), is_trusted=is_trusted, expires_at=expires_at)
        return token


class ApiToken(models.Model):
    user = models.ForeignKey("teams.User", on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    is_trusted = models.BooleanField(
        _("trusted"), default=False, help_text=_("May open critical tickets and tickets for other people.")
    )
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name
