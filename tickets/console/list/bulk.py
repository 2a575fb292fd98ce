"""Acts on many tickets: each is the same verb as on its page, and each ticket says what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from helpdesk.core.errors import DomainError, InvalidInput
from teams.models import User
from tickets.console.list.tabs import desk_of
from tickets.models import Priority, Ticket
from tickets.models.ticket import number_from
from tickets.services.assigning import assign_ticket, route_ticket, take_back
from tickets.services.prioritising import change_priority
from tickets.services.progressing import resume, start_work, wait_for_customer
from tickets.services.resolving import close_ticket, reopen_ticket, resolve_ticket

# More than a page shows is not chosen by hand.
MOST = 100
_RESULTS = "list_results"

Act = Callable[[Ticket, User], Ticket]


@dataclass(frozen=True, slots=True)
class StatusAct:
    label: Any
    act: Act


STATUS_ACTS = {
    "work": StatusAct(gettext_lazy("In progress"), lambda ticket, by: start_work(ticket, by=by)),
    "waiting": StatusAct(gettext_lazy("Pending customer"), lambda ticket, by: wait_for_customer(ticket, by=by)),
    "resumed": StatusAct(gettext_lazy("No longer pending"), lambda ticket, by: resume(ticket, by=by)),
    "resolution": StatusAct(gettext_lazy("Resolved"), lambda ticket, by: resolve_ticket(ticket, by=by)),
    "reopening": StatusAct(gettext_lazy("Reopened"), lambda ticket, by: reopen_ticket(ticket, by=by)),
    "closure": StatusAct(gettext_lazy("Closed"), lambda ticket, by: close_ticket(ticket, by=by)),
}


@require_POST
def act_on_many(request: HttpRequest) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker
    back = _back(request)
    try:
        act = _act_from(request, request.user)
    except DomainError as error:
        messages.error(request, error.message)
        return redirect(back)
    asked = map(number_from, request.POST.getlist("ticket")[:MOST])
    numbers = {number for number in asked if number is not None}
    chosen = desk_of(request.user).filter(number__in=numbers).order_by("id")
    results = [_result(ticket, act, request.user) for ticket in chosen]
    if not results:
        messages.warning(request, _("No ticket is selected. Tick the ones that you mean, then choose what to do."))
        return redirect(back)
    request.session[_RESULTS] = results
    _summarise(request, results)
    return redirect(back)


def taken_results(request: HttpRequest) -> list[dict[str, Any]]:
    """What the last act led to, ticket by ticket; told once, as a message is."""
    return request.session.pop(_RESULTS, [])


def _act_from(request: HttpRequest, by: User) -> Act:
    """Raises a DomainError that says what is missing."""
    asked = request.POST.get("act", "")
    if asked == "assign":
        return _assigning(request.POST.get("assignee", ""), by)
    if asked == "priority":
        try:
            priority = Priority.from_slug(request.POST.get("priority", ""))
        except KeyError:
            raise InvalidInput({"priority": [_("Choose a priority.")]}) from None
        return lambda ticket, by: change_priority(ticket, to=priority, by=by)
    if asked == "status" and request.POST.get("status") in STATUS_ACTS:
        return STATUS_ACTS[request.POST["status"]].act
    if asked == "resolve":
        return STATUS_ACTS["resolution"].act
    raise InvalidInput({"act": [_("Choose what to do with the selected tickets.")]})


def _assigning(wanted: str, by: User) -> Act:
    if wanted == "nobody":
        return lambda ticket, by: take_back(ticket, by=by)
    if wanted == "route":
        return lambda ticket, by: route_ticket(ticket, by=by)
    agents = User.objects.filter(is_active=True, is_staff=True)
    is_number = wanted.isascii() and wanted.isdecimal() and len(wanted) <= 18
    agent = by if wanted == "me" else agents.filter(pk=wanted).first() if is_number else None
    if agent is None:
        raise InvalidInput({"assignee": [_("Choose who gets the tickets.")]})
    return lambda ticket, by: assign_ticket(ticket, to=agent, by=by)


def _result(ticket: Ticket, act: Act, by: User) -> dict[str, Any]:
    """One ticket that says no stops no other."""
    told = {"reference": ticket.reference, "title": ticket.title, "version": ticket.version}
    try:
        after = act(ticket, by)
    except DomainError as error:
        return told | {"is_done": False, "says": error.message}
    is_changed = after.version != ticket.version
    return told | {"is_done": True, "says": _("Done") if is_changed else _("Nothing to change")}


def _summarise(request: HttpRequest, results: list[dict[str, Any]]) -> None:
    done = sum(result["is_done"] for result in results)
    refused = len(results) - done
    if done:
        messages.success(request, ngettext("%(count)s ticket done.", "%(count)s tickets done.", done) % {"count": done})
    if refused:
        says = ngettext("%(count)s ticket said no.", "%(count)s tickets said no.", refused)
        messages.warning(request, says % {"count": refused})


def _back(request: HttpRequest) -> str:
    """The list as it was, never another site."""
    asked, home = request.POST.get("next", ""), reverse("admin:tickets_ticket_changelist")
    is_ours = url_has_allowed_host_and_scheme(asked, allowed_hosts=None, require_https=request.is_secure())
    return asked if is_ours and asked.startswith(home) else home
