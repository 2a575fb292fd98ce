"""The first page: what can be done here, in two clicks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.core.personal import personal
from tickets.models import Ticket
from tickets.portal.consequences import topics
from tickets.portal.door import person_of
from tickets.portal.listing import Row, rows_for

RECENT = 3


@require_safe
@personal
def welcome(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    recent: list[Row] = []
    if person is not None:
        tickets = Ticket.objects.visible_to(person).filter(requester=person).order_by("-updated_at", "-id")
        recent = rows_for(person, tickets[:RECENT])
    return render(request, "portal/welcome.html", {"topics": topics(), "recent": recent})
