"""The inbox: what the reader was told, newest first, page by page; and what is new since a page last asked."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from notifications.choices import unwanted_popups
from notifications.console.reader import reader_of
from notifications.console.rows import in_full, shown
from notifications.models import Notification
from notifications.services.reading import mark_read
from tickets.models.ticket import number_from

PAGE_SIZE = 30
# More than that at once is one line: "and 7 more".
MOST_POPUPS = 4
# Beyond this nobody wants to know how many.
MOST_COUNTED = 100


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    reader, is_unread_only = reader_of(request), request.GET.get("show") == "unread"
    rows = Notification.objects.inbox_of(reader)
    if is_unread_only:
        rows = rows.unread()
    before = _whole(request.GET.get("before"))
    if before:
        rows = rows.filter(pk__lt=before)
    page = list(in_full(rows)[: PAGE_SIZE + 1])
    context = {
        "rows": shown(page[:PAGE_SIZE], reader, at=now()),
        "older": page[PAGE_SIZE - 1].pk if len(page) > PAGE_SIZE else None,
        "is_first": not before,
        "is_unread_only": is_unread_only,
    }
    template = "console/frame/_inbox_rows.html" if request.headers.get("HX-Request") else "console/frame/inbox.html"
    return render(request, template, context)


@require_GET
def fresh(request: HttpRequest) -> JsonResponse:
    """What came after the notification that a page saw last, as far as its reader wants it to pop up."""
    reader, after = reader_of(request), _whole(request.GET.get("after"))
    rows = Notification.objects.inbox_of(reader).unread().filter(pk__gt=after).exclude(kind__in=unwanted_popups(reader))
    found = list(in_full(rows)[:MOST_COUNTED])
    news = [
        {"id": row.pk, "ticket": row.reference, "text": row.text, "url": row.url, "tone": row.tone, "icon": row.icon}
        for row in shown(found[:MOST_POPUPS], reader, at=now())
    ]
    return JsonResponse({"news": news, "more": len(found) - len(news), "latest": latest(reader)})


@require_POST
def read(request: HttpRequest, pk: int) -> HttpResponse:
    reader = reader_of(request)
    if not Notification.objects.inbox_of(reader).filter(pk=pk).exists():
        raise Http404
    mark_read(reader, [pk])
    return _back(request)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """All of them, or with `ticket` those about one ticket."""
    reader, reference = reader_of(request), request.POST.get("ticket")
    if reference is None:
        mark_read(reader)
    else:
        about = Notification.objects.unread().filter(recipient=reader, ticket__number=number_from(reference) or 0)
        mark_read(reader, list(about.values_list("pk", flat=True)))
    return _back(request)


def unread_of(reader: Any) -> int:
    """How many are unread, counted up to a limit."""
    return len(Notification.objects.inbox_of(reader).unread().values_list("pk")[:MOST_COUNTED])


def latest(reader: Any) -> int:
    newest = Notification.objects.filter(recipient=reader).order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


def _back(request: HttpRequest) -> HttpResponse:
    """Scripts want no page; forms go back to where they were."""
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    return redirect(target if is_ours else "admin:inbox")


def _whole(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 18 else 0
