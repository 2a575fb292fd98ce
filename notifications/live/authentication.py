"""Who opens a socket: an API token in the header, or the session cookie of a page of ours."""

from collections.abc import Awaitable, Callable
from typing import Any

from channels.security.websocket import AllowedHostsOriginValidator
from channels.sessions import SessionMiddlewareStack

from teams.api.authentication import SCHEMES
from teams.models.api_token import digest_of

App = Callable[[dict[str, Any], Any, Any], Awaitable[Any]]


class LiveAuthentication:
    """Tokens need no Origin: no browser sends them by itself. Cookies do, so only pages of our own hosts get through."""

    def __init__(self, app: App) -> None:
        self._with_token = app
        self._with_cookie = AllowedHostsOriginValidator(SessionMiddlewareStack(app))

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        token = _token_in(scope)
        if token is None:
            return await self._with_cookie(scope, receive, send)
        return await self._with_token({**scope, "token_digest": digest_of(token)}, receive, send)


def _token_in(scope: dict[str, Any]) -> str | None:
    for name, value in scope["headers"]:
        if name == b"authorization":
            scheme, _space, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() in SCHEMES else None
    return None
