"""The signed-in customer's tickets: subject first, what happened last, and whether it is new."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.core.personal import personal
from teams.models import User
from tickets.lifecycle import Status
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.portal.door import person_of
from tickets.portal.unread import unread_among
from tickets.search import search

PAGE = 25
_GROUPS: dict[str, frozenset[str]] = {
    "open": frozenset({Status.OPEN, Status.ASSIGNED, Status.IN_PROGRESS, Status.PENDING_CUSTOMER}),
    "waiting": frozenset({Status.PENDING_CUSTOMER}),
    "done": frozenset({Status.RESOLVED, Status.CLOSED}),
}
_MOST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Row:
    ticket: Ticket
    is_unread: bool


@require_safe
@personal
def my_tickets(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    words = request.GET.get("q", "").replace("\x00", "").strip()[:_MOST_WORDS]
    group = request.GET.get("show", "")
    tickets = customer_tickets(person)
    if group in _GROUPS:
        tickets = tickets.filter(status__in=_GROUPS[group])
    if words:
        tickets = search(tickets, words, reader=person)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) <= 18:
        tickets = tickets.filter(pk__lt=int(before))
    found = rows_for(person, tickets.order_by("-id")[: PAGE + 1])
    page = {
        "rows": found[:PAGE],
        "words": words,
        "group": group if group in _GROUPS else "",
        "is_first": not before,
        "next_page": _address(words, group, found[PAGE - 1].ticket.pk) if len(found) > PAGE else "",
    }
    return render(request, "portal/tickets.html", page)


def customer_tickets(person: User) -> TicketQuerySet:
    """What somebody asked or follows; what they work on is in the console."""
    asked = Ticket.objects.visible_to(person)
    return asked.filter(requester=person) if person.is_staff else asked


def rows_for(person: User, tickets: TicketQuerySet) -> list[Row]:
    """Two queries, whatever the number of rows."""
    listed = list(tickets)
    unread = unread_among(person, [ticket.pk for ticket in listed])
    return [Row(ticket, ticket.pk in unread) for ticket in listed]


def _address(words: str, group: str, before: int) -> str:
    given = {"q": words, "show": group, "before": str(before)}
    return "?" + urlencode({name: value for name, value in given.items() if value})
