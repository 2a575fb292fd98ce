"""What the palette (Ctrl-K) finds on the server: tickets by reference and words. Places and acts are on the page."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from teams.models import User
from tickets.console.list.pages import reader_of
from tickets.console.list.tabs import desk_of
from tickets.models import Ticket
from tickets.models.ticket import number_from
from tickets.search import clean, search

MOST = 8


def palette(request: HttpRequest) -> JsonResponse:
    words = clean(request.GET.get("q", ""))
    reader = reader_of(request)
    return JsonResponse({"found": _tickets(reader, words) if words else _recent(reader)})


def _tickets(reader: User, words: str) -> list[dict[str, Any]]:
    """A bare number is first of all a reference."""
    desk, number = desk_of(reader), number_from(words)
    exact = list(desk.filter(number=number)) if number is not None else []
    found = search(desk, words, reader=reader).order_by("-id")[:MOST]
    return [_told(ticket, is_exact=True) for ticket in exact] + [
        _told(ticket) for ticket in found if ticket not in exact
    ]


def _recent(reader: User) -> list[dict[str, Any]]:
    own = desk_of(reader).unresolved().filter(assignee=reader).order_by("next_due_at", "id")
    return [_told(ticket) for ticket in own[:MOST]]


def _told(ticket: Ticket, *, is_exact: bool = False) -> dict[str, Any]:
    return {
        "name": ticket.title,
        "hint": ticket.reference,
        "url": reverse("admin:tickets_ticket_page", args=[ticket.reference]),
        "is_exact": is_exact,
    }
