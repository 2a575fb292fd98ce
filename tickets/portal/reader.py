"""In which language and zone a page is read: those of who is signed in, or of the guest whom a link let in."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from teams.models import User
from tickets.portal.door import guest_of, person_of

# Answered by machines, or without regard to the reader.
_IMPERSONAL = ("/api/", "/static/", "/livez", "/readyz", "/metrics")


class ReaderMiddleware:
    """After authentication. Strangers keep what the browser asks for, and the installation's zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        reader = None if request.path.startswith(_IMPERSONAL) else _reader(request)
        if reader is None:
            return self.get_response(request)
        translation.activate(reader.language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(ZoneInfo(reader.time_zone)):
            return self.get_response(request)


def _reader(request: HttpRequest) -> User | None:
    return person_of(request) or guest_of(request.session)
