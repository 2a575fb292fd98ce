"""The home and the parts that it fetches again when something happens: each part a few queries, whatever is behind it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET

from helpdesk.analytics import catalogue
from helpdesk.analytics.alerts import MOST, SHOWN, newest_alerts
from helpdesk.analytics.figures import Figure, count, last_day
from helpdesk.analytics.flow import chart, today
from helpdesk.analytics.machinery import failing_deliveries, late_sweeps, switched_off_webhooks
from helpdesk.analytics.own import own_work
from helpdesk.analytics.people import colleagues
from helpdesk.analytics.scope import Scope, scope_of
from helpdesk.analytics.spread import by_priority_category_team
from notifications.console.reader import reader_of
from tickets.triage.alerts import model_alerts

STANDING = (
    catalogue.OPEN, catalogue.UNASSIGNED, catalogue.RESERVED, catalogue.AT_RISK, catalogue.BREACHED, catalogue.WAITING,
)  # fmt: skip
OWN = (catalogue.OPEN, catalogue.AT_RISK, catalogue.BREACHED, catalogue.WAITING, catalogue.RESOLVED)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What slips comes with the page; what is further down follows by itself."""
    scope = scope_of(reader_of(request))
    if scope.is_own:
        return render(request, "console/home/agent.html", {"scope": scope, "at": now()} | _mine(scope))
    return render(request, "console/home/lead.html", {"scope": scope, "at": now()} | _slips(request, scope))


@require_GET
def slips(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/_slips.html", _slips(request, leading(request)))


@require_GET
def flow(request: HttpRequest) -> HttpResponse:
    scope, at = leading(request), now()
    hours = today(scope, at=at)
    context = {
        "hours": hours,
        "chart": chart(hours),
        "arrived": _total(scope, catalogue.ARRIVED, sum(hour.arrived for hour in hours)),
        "resolved": _total(scope, catalogue.RESOLVED, sum(hour.resolved for hour in hours)),
        "day": last_day(scope, at=at),
    }
    return render(request, "console/home/_flow.html", context)


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    scope = leading(request)
    return render(request, "console/home/_people.html", {"scope": scope, "people": colleagues(scope, at=now())})


@require_GET
def spread(request: HttpRequest) -> HttpResponse:
    return render(request, "console/home/_spread.html", {"spread": by_priority_category_team(leading(request))})


@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's own work, for leads as well."""
    reader = reader_of(request)
    return render(request, "console/home/_mine.html", _mine(Scope(reader, ())))


def leading(request: HttpRequest) -> Scope:
    """404 for whoever leads nobody."""
    scope = scope_of(reader_of(request))
    if scope.is_own:
        raise Http404
    return scope


def _slips(request: HttpRequest, scope: Scope) -> dict[str, Any]:
    at, shows_all = now(), "all" in request.GET
    return {
        "shows_all": shows_all,
        "figures": count(scope, STANDING, at=at),
        "alerts": newest_alerts(scope, at=at, limit=MOST if shows_all else SHOWN),
        "failing": failing_deliveries(scope),
        "switched_off_webhooks": switched_off_webhooks(scope),
        "late_sweeps": late_sweeps(at=at),
        "triage_alerts": model_alerts(as_of=at),
    }


def _mine(scope: Scope) -> dict[str, Any]:
    at = now()
    return {"figures": count(scope, OWN, at=at), "work": own_work(scope.reader, at=at), "link": scope.link()}


def _total(scope: Scope, metric: catalogue.Metric, value: int) -> Figure:
    return Figure(metric, scope.link(metric.asks(now())), value)
