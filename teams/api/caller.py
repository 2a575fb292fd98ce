"""Who asks, as our own type: the permission class has turned away everybody who is nobody."""

from typing import cast

from rest_framework.request import Request

from teams.models import ApiToken, User


def caller(request: Request) -> User:
    return cast(User, request.user)


def is_trusted(request: Request) -> bool:
    """Whether an administrator lets this token speak for other people."""
    return isinstance(request.auth, ApiToken) and request.auth.is_trusted
