"""How the page's acts answer: with fragments where a script asked, with a redirect where a plain form did."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, InvalidInput
from tickets.console.page.side import read_side
from tickets.models import Ticket

if TYPE_CHECKING:
    from tickets.console.page.door import Desk


@dataclass(frozen=True, slots=True)
class Undo:
    """What the undo bar posts to take an act back. Offered by scripts only, and only for some seconds."""

    noun: str
    fields: dict[str, str] = field(default_factory=dict)
    # Whether the reader is done with the ticket after this act, and may go on to the next.
    leads_on: bool = False


def sentence_of(refusal: DomainError) -> str:
    """What to tell a person who needs no name of a field."""
    if isinstance(refusal, InvalidInput):
        return next(iter(refusal.errors.values()))[0]
    return refusal.message


def page_url(ticket: Ticket) -> str:
    return reverse("admin:tickets_ticket_page", args=[ticket.reference])


def noun_url(ticket: Ticket, noun: str) -> str:
    return reverse(f"admin:tickets_ticket_{noun}", args=[ticket.reference])


def to_page(ticket: Ticket) -> HttpResponseRedirect:
    return HttpResponseRedirect(page_url(ticket), status=303)


def wants_fragment(request: HttpRequest) -> bool:
    return "HX-Request" in request.headers


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")


def changed(request: HttpRequest, ticket: Ticket, desk: "Desk | None", said: str, *, undo: Undo | None) -> HttpResponse:
    """The side panel anew. What to say and how to undo travel as an event that the page's scripts listen to."""
    tell: dict[str, Any] = {"message": said}
    if undo is not None:
        tell["undo"] = {"url": noun_url(ticket, undo.noun), "fields": undo.fields, "at": page_url(ticket)}
        tell["leads_on"] = undo.leads_on
    if desk is None:
        tell["message"] = _("%(said)s You no longer see this ticket.") % {"said": said}
        return _triggering(HttpResponse(), {"ticket:gone": tell})
    return _triggering(_panel(request, desk), {"ticket:done": tell})


def refused(request: HttpRequest, desk: "Desk | None", message: str) -> HttpResponse:
    if desk is None:
        return _triggering(HttpResponse(), {"ticket:gone": {"message": message}})
    return _triggering(_panel(request, desk), {"ticket:refused": {"message": message}})


def _panel(request: HttpRequest, desk: "Desk") -> HttpResponse:
    context = {"desk": desk, "ticket": desk.ticket, "side": read_side(request, desk), "is_changed": True}
    return render(request, "console/ticket/_side.html", context)


def _triggering(response: HttpResponse, events: dict[str, Any]) -> HttpResponse:
    response["HX-Trigger"] = json.dumps(events)
    return response
