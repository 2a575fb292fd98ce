"""Websocket addresses."""

from channels.auth import AuthMiddlewareStack
from channels.routing import URLRouter
from channels.security.websocket import AllowedHostsOriginValidator

websocket = AllowedHostsOriginValidator(AuthMiddlewareStack(URLRouter([])))
