"""Who calls the API: a token in the header, `Authorization: Token hd_…` or `Authorization: Bearer hd_…`."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from teams.models import ApiToken, User
from teams.models.api_token import digest_of

SCHEMES = frozenset({"token", "bearer"})
# `last_used_at` is for people who look for forgotten tokens: a minute is precise enough, and spares a write a request.
NOTED_EVERY = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """One query for a good token and for a bad one, so that the time taken tells nothing. `request.auth` is the ApiToken."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        at = now()
        found = ApiToken.objects.usable(at).select_related("user").filter(digest=digest_of(token.strip())).first()
        if found is None:
            raise AuthenticationFailed(
                _("This token is unknown, expired or revoked. Ask an administrator for a new one.")
            )
        if found.last_used_at is None or found.last_used_at <= at - NOTED_EVERY:
            _note_use(found)
        return found.user, found

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="helpdesk"'


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "teams.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Issued by an administrator: `./run manage issue_token EMAIL`.",
        }


def _note_use(token: ApiToken) -> None:
    """At most once a minute, also when many requests come at once: the condition stands in the UPDATE."""
    at = now()
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - NOTED_EVERY)
    ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)
