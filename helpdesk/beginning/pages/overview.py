"""The address that the start prints, and the way back to where one left off."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from helpdesk.beginning.access import has_administrator, is_first_key, let_in, locked
from helpdesk.beginning.steps import next_address
from helpdesk.core.personal import personal


@require_safe
@personal
def open_with_key(request: HttpRequest, key: str) -> HttpResponse:
    """The key goes into the session, so that no address of a page holds it."""
    if not has_administrator():
        if not is_first_key(key):
            return locked(request)
        let_in(request)
    return redirect("beginning:overview")


@require_safe
@personal
def overview(_request: HttpRequest) -> HttpResponse:
    if not has_administrator():
        return redirect("beginning:administrator")
    return redirect(next_address())
