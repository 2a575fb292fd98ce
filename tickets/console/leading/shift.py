"""My shift: when it ends and what leaves then, and the next ticket to take. For every agent."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views import View

from helpdesk.core.errors import DomainError
from teams.models import TeamMembership, User
from tickets.console.leading.door import led_teams, tools
from tickets.console.page.answering import sentence_of
from tickets.models import Ticket
from tickets.models.ticket import number_from
from tickets.services.leaving import foresee_leaving, hand_over, keep_ticket
from tickets.services.taking import take_next, waiting_for

MOST_SHOWN = 10


class ShiftView(View):
    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest) -> HttpResponse:
        reader, at = _reader(request), now()
        waiting = waiting_for(reader)
        leaving = foresee_leaving(reader, at=at)
        led = led_teams(reader)
        context: dict[str, Any] = {
            "title": _("My shift"),
            "leaving": leaving,
            "is_soon": leaving is not None and leaving.is_soon(at),
            "waiting": list(waiting.select_related("team", "requester")[:MOST_SHOWN]),
            "waiting_count": waiting.count(),
            "has_team": TeamMembership.objects.filter(user=reader).exists(),
            "tools": tools(led[0]) if led else [],
        }
        return render(request, "console/leading/shift.html", context)


class TakingView(View):
    """Take the next one, and go to it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        ticket = take_next(by=_reader(request))
        if ticket is None:
            messages.info(request, _("No ticket waits in your teams."))
            return redirect("admin:shift")
        return redirect("admin:tickets_ticket_page", reference=ticket.reference)


class LeavingView(View):
    """One ticket that leaves when the shift ends: keep it, hand it over with a note, or let it go."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        reader = _reader(request)
        number = number_from(reference)
        ticket = None if number is None else Ticket.objects.worked_by(reader).filter(number=number).first()
        if ticket is None:
            raise Http404
        try:
            messages.success(request, self._act(request, ticket, reader))
        except DomainError as refusal:
            messages.error(request, sentence_of(refusal))
        return redirect("admin:shift")

    def _act(self, request: HttpRequest, ticket: Ticket, reader: User) -> str:
        if request.POST.get("act") == "keep":
            keep_ticket(ticket, by=reader)
            return _("You keep %(ticket)s.") % {"ticket": ticket.reference}
        note = request.POST.get("note", "") if request.POST.get("act") == "hand_over" else ""
        ticket = hand_over(ticket, note=note, by=reader)
        return _("%(person)s has %(ticket)s now.") % {"person": ticket.assignee, "ticket": ticket.reference}


def _reader(request: HttpRequest) -> User:
    reader = request.user
    assert isinstance(reader, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
    return reader
