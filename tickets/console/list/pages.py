"""`/admin/tickets/ticket/`: the list, or only its rows for a page that is open and hears of a change."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.timezone import now

from teams.models import User
from tickets.console.list.bulk import STATUS_ACTS, taken_results
from tickets.console.list.exporting import csv_of
from tickets.console.list.filters import Filters
from tickets.console.list.paging import DEADLINE, NEWEST, read_page
from tickets.console.list.tabs import TABS, counts, desk_of, said
from tickets.console.triage.suspicions import suspected_incidents
from tickets.models import Priority, Ticket
from tickets.models.ticket import REFERENCE_PREFIX, TicketQuerySet, number_from

PAGE_SIZE = 50
DENSITY_COOKIE = "list_density"


def ticket_list(request: HttpRequest) -> HttpResponseBase:
    reader, at = reader_of(request), now()
    filters, desk = Filters(request.GET, reader=reader), desk_of(reader)
    shown = filters.narrow(desk, at=at).select_related("requester", "assignee", "team", "category")
    order = DEADLINE if filters.is_by_deadline else NEWEST
    if request.GET.get("part") == "csv":
        return csv_of(request, shown, order)
    page = read_page(shown, order, size=PAGE_SIZE, after=request.GET.get("after"), before=request.GET.get("before"))
    counted = counts(reader, at=at, tickets=desk)
    context: dict[str, Any] = {
        "filters": filters,
        "page": page,
        "at": at,
        "tabs": [
            {
                "tab": tab,
                "count": said(counted[tab.slug]) if tab.slug in counted else "",
                "is_chosen": tab is filters.tab,
            }
            for tab in TABS
        ],
        "earlier": filters.but(before=str(page.before)) if page.before else "",
        "later": filters.but(after=str(page.after)) if page.after else "",
    }
    if request.GET.get("part") == "rows":
        context["out_of_sight"] = _out_of_sight(request, page.rows, desk)
        return render(request, "console/list/_rows.html", context)
    return render(request, "console/list/page.html", context | _frame(request, filters))


def reader_of(request: HttpRequest) -> User:
    """The admin site has turned away everybody who is not staff."""
    assert isinstance(request.user, User)  # noqa: S101 - tells the type checker
    return request.user


def _out_of_sight(request: HttpRequest, rows: Sequence[Ticket], desk: TicketQuerySet) -> list[str]:
    """Which of the rows that an open page shows its reader may not see any more. One query, when any is missing."""
    here = {row.number for row in rows}
    asked = request.GET.get("shown", "").split(",")[:PAGE_SIZE]
    missing = {number for text in asked if (number := number_from(text)) is not None} - here
    if not missing:
        return []
    seen = set(desk.filter(number__in=missing).order_by().values_list("number", flat=True))
    return [f"{REFERENCE_PREFIX}{number}" for number in sorted(missing - seen)]


def _frame(request: HttpRequest, filters: Filters) -> dict[str, Any]:
    """What surrounds the rows: drawer, chips, acts, and what the last act on many tickets led to."""
    here = request.get_full_path()
    return {
        "choices": filters.choices(),
        "chips": filters.chips(),
        "here": here,
        "priorities": [(priority.slug, priority.label) for priority in reversed(Priority)],
        "status_acts": [(slug, act.label) for slug, act in STATUS_ACTS.items()],
        "results": taken_results(request),
        "incidents": suspected_incidents(reader_of(request)),
        "by_deadline": filters.but(sort="deadline"),
        "by_newest": filters.but(sort="newest"),
        "csv": filters.but(part="csv"),
        "is_dense": request.COOKIES.get(DENSITY_COOKIE) == "dense",
    }
