"""The levels of a ticket, and letting them wait."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from escalation.models import Escalation
from escalation.services.snoozing import levels_to_come, snooze, snooze_of
from helpdesk.core.errors import DomainError
from teams.models import User
from tickets.models import Ticket
from tickets.models.ticket import number_from
from tickets.promise import clock_time

# Hours that the page offers.
HOURS = (1, 4, 24, 72)


@require_GET
def levels(request: HttpRequest, reference: str) -> HttpResponse:
    """What fired and what is to come; as a part of the ticket's page, or alone."""
    ticket, _user = _ticket(request, reference)
    at = now()
    fired = Escalation.objects.filter(ticket=ticket).select_related("level__policy").order_by("pk")
    context = {
        "ticket": ticket,
        "to_come": levels_to_come(ticket, as_of=at) if ticket.is_unresolved else [],
        "fired": list(fired),
        "snooze": snooze_of(ticket, as_of=at) if ticket.is_unresolved else None,
        "hours": HOURS,
    }
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "console/ticket/_levels.html" if is_part else "console/ticket/levels.html", context)


@require_POST
def snooze_ticket(request: HttpRequest, reference: str) -> HttpResponse:
    ticket, user = _ticket(request, reference)
    said = request.POST.get("hours", "")
    at = now()
    hours = int(said) if said in {str(each) for each in HOURS} else 0
    try:
        row = snooze(ticket, until=at + timedelta(hours=hours), reason=request.POST.get("reason", ""), by=user, at=at)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Escalation waits until %(time)s.") % {"time": clock_time(row.until, at=at)})
    return redirect("admin:tickets_ticket_page", ticket.reference)


def _ticket(request: HttpRequest, reference: str) -> tuple[Ticket, User]:
    user = request.user
    ticket = None
    if isinstance(user, User):
        ticket = Ticket.objects.worked_by(user).filter(number=number_from(reference) or 0).first()
    if ticket is None or not isinstance(user, User):
        raise Http404
    return ticket, user
