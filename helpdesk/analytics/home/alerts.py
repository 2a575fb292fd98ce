"""Acts on a row of what slips: it was seen, or somebody else takes it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from escalation.kinds import ALERT_KINDS
from escalation.services.acknowledging import MAX_REASON, acknowledge
from helpdesk.analytics.home.answering import done, in_dialog
from helpdesk.analytics.people import candidates
from helpdesk.core.errors import DomainError
from notifications.console.reader import reader_of
from teams.models import User
from tickets.models import Ticket, TicketEvent
from tickets.models.ticket import number_from
from tickets.services.assigning import assign_ticket, reassign
from tickets.timeline.telling import told


@require_http_methods(["GET", "POST"])
def acknowledgement(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, or the deed."""
    reader = reader_of(request)
    alerts = TicketEvent.objects.filter(kind__in=ALERT_KINDS, ticket__in=Ticket.objects.worked_by(reader))
    alert = alerts.select_related("actor", "caused_by", "ticket").filter(pk=pk).first()
    if alert is None:
        raise Http404
    context: dict[str, Any] = {
        "alert": alert,
        "ticket": alert.ticket,
        "most": MAX_REASON,
        "reason": request.POST.get("reason", ""),
    }
    if request.method == "POST":
        try:
            acknowledge(alert, by=reader, reason=context["reason"])
        except DomainError as error:
            context["error"] = error.message
        else:
            return done(request, _("%(reference)s is off the list.") % {"reference": alert.ticket.reference})
    context["sentence"] = told([alert])[0].text
    return in_dialog(request, "console/home/acknowledgement.html", context)


@require_http_methods(["GET", "POST"])
def assignment(request: HttpRequest, reference: str) -> HttpResponse:
    """Who could take it, and giving it to them: by name, or to whoever is the next best."""
    reader = reader_of(request)
    number = number_from(reference)
    ticket = Ticket.objects.worked_by(reader).select_related("team", "assignee").filter(number=number or 0).first()
    if ticket is None:
        raise Http404
    context: dict[str, Any] = {"ticket": ticket, "error": ""}
    if request.method == "POST":
        try:
            given = _give(ticket, request.POST.get("assignee", ""), reader)
        except DomainError as error:
            context["error"] = error.message
        else:
            return done(request, _told_who(given, was=ticket.assignee_id))
    context["candidates"] = candidates(ticket, at=now())
    return in_dialog(request, "console/home/assignment.html", context)


def _give(ticket: Ticket, chosen: str, by: User) -> Ticket:
    if chosen == "next_best":
        return reassign(ticket, by=by, destination="next_best", cause="request")
    is_number = chosen.isascii() and chosen.isdecimal() and len(chosen) <= 18
    person = User.objects.filter(pk=int(chosen)).first() if is_number else None
    if person is None:
        raise NobodyChosen(_("Choose who takes it."))
    return assign_ticket(ticket, to=person, by=by)


def _told_who(ticket: Ticket, *, was: int | None) -> str:
    assignee = User.objects.get(pk=ticket.assignee_id) if ticket.assignee_id else None
    names = {"reference": ticket.reference, "person": assignee}
    if assignee is None:
        return _("Nobody can take %(reference)s now.") % names
    if ticket.assignee_id == was:
        return _("Nobody else can take %(reference)s now: %(person)s keeps it.") % names
    return _("%(person)s has %(reference)s now.") % names


class NobodyChosen(DomainError):
    code = "nobody_chosen"
    status = 400
