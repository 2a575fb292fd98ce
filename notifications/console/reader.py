"""Who looks at a console page."""

from django.http import HttpRequest

from teams.models import User


def reader_of(request: HttpRequest) -> User:
    """The admin site has turned away everybody who is not staff."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker
    return request.user
