"""An incident in the console: its tickets, the decision whether it is one, and one update that answers all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.text import validate_storable
from teams.models import User
from tickets.console.triage.overview import reader_of
from tickets.models import Incident, IncidentTicket, Ticket
from tickets.models.ticket import number_from
from tickets.services.conversing import AfterSending
from tickets.services.incidents import (
    answer_incident,
    confirm_incident,
    dismiss_incident,
    join_incident,
    leave_incident,
)

R = TypeVar("R")

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Sight:
    """An incident as far as the reader works on its tickets."""

    reader: User
    incident: Incident
    parts: list[IncidentTicket]
    hidden_count: int

    @property
    def linked_count(self) -> int:
        return sum(part.linked_at is not None for part in self.parts)

    @property
    def works_on_parent(self) -> bool:
        return any(part.ticket_id == self.incident.parent_id for part in self.parts)

    @property
    def first(self) -> Ticket:
        """The first ticket that the reader works on: the incident bears its title."""
        return self.incident.parent if self.works_on_parent else self.parts[0].ticket


class UpdateForm(forms.Form):
    body = forms.CharField(
        label=gettext_lazy("Public update"), max_length=20_000, widget=forms.Textarea, validators=[validate_storable]
    )
    then = forms.ChoiceField(choices=[(AfterSending.SEND, ""), (AfterSending.RESOLVE, "")])
    key = forms.CharField(max_length=100)


@require_GET
def incident(request: HttpRequest, pk: int) -> HttpResponse:
    sight = _enter(request, pk)
    context = {"title": sight.first.title, "sight": sight, "incident": sight.incident, "key": uuid4()}
    return render(request, "console/triage/incident.html", context)


@require_POST
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    sight = _enter(request, pk)
    if request.POST.get("is") == "no":
        done = _try(request, lambda: dismiss_incident(sight.incident, by=sight.reader))
        return _to(sight, done and _("Noted: these tickets have different causes."), request)
    done = _try(request, lambda: confirm_incident(sight.incident, by=sight.reader))
    return _to(sight, done and _("One incident. An update written here reaches every customer of it."), request)


@require_POST
def message(request: HttpRequest, pk: int) -> HttpResponse:
    sight, form = _enter(request, pk), UpdateForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write what your customers should know."))
        return redirect("admin:incident", pk=pk)
    sent = _try(
        request,
        lambda: answer_incident(
            sight.incident,
            body=form.cleaned_data["body"],
            by=sight.reader,
            then=AfterSending(form.cleaned_data["then"]),
            submission_key=form.cleaned_data["key"],
        ),
    )
    said = sent and ngettext("Sent to %(count)d customer.", "Sent to %(count)d customers.", len(sent)) % {
        "count": len(sent)
    }
    return _to(sight, said, request)


@require_POST
def part(request: HttpRequest, pk: int) -> HttpResponse:
    """Link one more ticket, or take one out. A reference that the reader does not see is none."""
    sight = _enter(request, pk)
    number = number_from(request.POST.get("ticket", ""))
    ticket = None if number is None else Ticket.objects.worked_by(sight.reader).filter(number=number).first()
    if ticket is None:
        messages.error(request, _("There is no such ticket, or you do not work on it."))
        return redirect("admin:incident", pk=pk)
    if request.POST.get("is") == "out":
        done = _try(request, lambda: leave_incident(ticket, by=sight.reader))
        return _to(sight, done and _("Taken out. Updates reach its customer no longer."), request)
    done = _try(request, lambda: join_incident(ticket, incident=sight.incident, by=sight.reader))
    return _to(sight, done and _("Linked. Updates reach its customer, too."), request)


def _enter(request: HttpRequest, pk: int) -> Sight:
    """Whoever works on none of its tickets learns nothing about it."""
    reader = reader_of(request)
    found = Incident.objects.select_related("parent__team", "decided_by").filter(pk=pk).first()
    if found is None:
        raise Http404
    parts = found.parts.select_related("ticket__requester", "ticket__team", "ticket__assignee").order_by("ticket_id")
    seen = list(parts.filter(ticket__in=Ticket.objects.worked_by(reader))[:MOST_SHOWN])
    if not seen:
        raise Http404
    return Sight(reader, found, seen, found.parts.count() - len(seen))


def _try(request: HttpRequest, act: Callable[[], R]) -> R | None:
    try:
        return act()
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
        return None


def _to(sight: Sight, said: object, request: HttpRequest) -> HttpResponse:
    if said:
        messages.success(request, str(said))
    return redirect("admin:incident", pk=sight.incident.pk)
