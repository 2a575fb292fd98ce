"""The whole page, put together once for whoever shows it: at first, and again with a text that could not be sent."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tickets.console.page.composer import Composer
from tickets.console.page.door import Desk
from tickets.console.page.story import latest
from tickets.services.leaving import hand_over_note


def show_page(
    request: HttpRequest, desk: Desk, composer: Composer | None, *, before: int | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "title": desk.ticket.title,
        "desk": desk,
        "ticket": desk.ticket,
        "story": latest(desk, before=before),
        "composer": composer,
        "left_note": hand_over_note(desk.ticket) if desk.reader.pk == desk.ticket.assignee_id else None,
    }
    return render(request, "console/ticket/page.html", context, status=status)
