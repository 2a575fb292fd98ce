"""Who only follows a ticket stops that by the link in any of its mails: one click in the mail program, or on this page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from helpdesk.core.personal import personal
from tickets.links import opened
from tickets.services.following import remove_watcher


# Mail programs post here by themselves (RFC 8058): the secret in the address says who asks, no cookie counts.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@personal
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST does it. Whoever has stopped already, or holds a link that ended, gets the same answer."""
    found = opened(token, at=now())
    if request.method == "POST":
        if found is not None:
            remove_watcher(found[0], user=found[1], by=found[1])
        response = render(request, "portal/stopped.html")
    elif found is None:
        messages.info(request, _("This link does not work any more. We gladly send you a fresh one."))
        response = redirect("portal:links")
    else:
        is_requester = found[0].requester_id == found[1].pk
        response = render(request, "portal/stop.html", {"ticket": found[0], "is_requester": is_requester})
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
