"""While the demo is on, it answers this machine only, whatever address a server was bound to."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseForbidden

from helpdesk.core.hosts import comes_from_this_machine
from helpdesk.demo.flag import demo_is_on

REFUSAL = (
    "This is a demo whose password is published: it answers its own machine only.\n"
    "Bind the server to 127.0.0.1, or start a desk of your own with ./run --empty.\n"
)


class StrangersMiddleware:
    """Before anything believes what a proxy says of the client's address."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if demo_is_on() and not comes_from_this_machine(request):
            return HttpResponseForbidden(REFUSAL, content_type="text/plain")
        return self.get_response(request)
