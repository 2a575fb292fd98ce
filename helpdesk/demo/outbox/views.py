"""The outbox as pages: what was caught, newest first, and one of them as its reader would see it."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp_replace, csp_update
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from helpdesk.core.personal import personal
from helpdesk.demo.guarding import demo_only
from helpdesk.demo.outbox.models import CaughtMessage

SHOWN = 100
LOOKS = ("html", "phone", "plain")

# The mail's own styles are shown, its scripts and whatever it wants to load are not. Its links open beside.
_FRAME = {
    "default-src": [NONE],
    "script-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_safe
@csp_update({"frame-src": [SELF]})
@demo_only
@personal
def outbox(request: HttpRequest) -> HttpResponse:
    rows = _newest()
    return render(request, "demo/outbox.html", {"rows": rows, "latest": rows[0].pk if rows else 0})


@require_safe
@csp_update({"frame-src": [SELF]})
@demo_only
@personal
def message(request: HttpRequest, pk: int) -> HttpResponse:
    look = request.GET.get("look", LOOKS[0])
    chosen = get_object_or_404(CaughtMessage, pk=pk)
    rows = _newest()
    context = {"rows": rows, "latest": rows[0].pk, "chosen": chosen, "look": look if look in LOOKS else LOOKS[0]}
    context["plain"] = chosen.part("plain") if chosen.is_mail else ""
    return render(request, "demo/outbox.html", context)


@require_safe
@demo_only
@personal
def fresh(request: HttpRequest) -> HttpResponse:
    """The list again when something came since the page has asked; asked every two seconds."""
    rows = _newest()
    latest = rows[0].pk if rows else 0
    if str(latest) == request.GET.get("latest"):
        return HttpResponse(status=204)
    chosen = next((row for row in rows if str(row.pk) == request.GET.get("chosen")), None)
    return render(request, "demo/_outbox_list.html", {"rows": rows, "latest": latest, "chosen": chosen})


@require_safe
@xframe_options_sameorigin
@csp_replace(_FRAME)
@demo_only
@personal
def frame(_request: HttpRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(CaughtMessage, pk=pk, kind=CaughtMessage.Kind.MAIL)
    html = chosen.part("html")
    if not html:
        raise Http404
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))


def _newest() -> list[CaughtMessage]:
    return list(CaughtMessage.objects.defer("raw")[:SHOWN])
