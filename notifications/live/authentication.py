"""Who opens a socket: an API token in the header, or the session cookie of a page of ours."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.db import database_sync_to_async
from channels.security.websocket import AllowedHostsOriginValidator
from django.contrib.auth.models import AnonymousUser
from django.utils.timezone import now

from teams.api.authentication import SCHEMES
from teams.models import ApiToken
from teams.models.api_token import digest_of

App = Callable[[dict[str, Any], Any, Any], Awaitable[Any]]


class LiveAuthentication:
    """Tokens need no Origin: no browser sends them by itself. Cookies do, so only pages of our own hosts get through."""

    def __init__(self, app: App) -> None:
        self._with_token = app
        self._with_cookie = AllowedHostsOriginValidator(AuthMiddlewareStack(app))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        token = _token_in(scope)
        if token is None:
            return await self._with_cookie(scope, receive, send)
        digest = digest_of(token)
        owner = await owner_of(digest)
        return await self._with_token(
            {**scope, "user": owner or AnonymousUser(), "token_digest": digest}, receive, send
        )


@database_sync_to_async
def owner_of(digest: str) -> Any:
    """The active owner of a usable token, or None."""
    found = ApiToken.objects.usable(now()).select_related("user").filter(digest=digest).first()
    return found.user if found is not None else None


def _token_in(scope: dict[str, Any]) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _space, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() in SCHEMES else None
    return None
