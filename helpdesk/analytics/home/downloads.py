"""The tables behind the home's charts, as CSV: the same numbers, for a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from helpdesk.analytics.flow import today
from helpdesk.analytics.home.pages import leading
from helpdesk.analytics.spread import by_priority_category_team
from tickets.console.list.exporting import plain


@require_GET
def flow(request: HttpRequest) -> HttpResponse:
    hours = [hour for hour in today(leading(request), at=now()) if not hour.is_ahead]
    rows = [[localtime(hour.since).isoformat(), str(hour.arrived), str(hour.resolved)] for hour in hours]
    return _table("today", [_("Hour"), _("Arrived"), _("Resolved")], rows)


@require_GET
def spread(request: HttpRequest) -> HttpResponse:
    called = {"priority": _("Priority"), "category": _("Category"), "team": _("Team")}
    slices = by_priority_category_team(leading(request)).items()
    rows = [[called[by], each.label, str(each.value), str(each.percent)] for by, found in slices for each in found]
    return _table("open", [_("By"), _("Name"), _("Open tickets"), _("Percent")], rows)


def _table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.csv"'
    # The mark by which spreadsheets know that this is UTF-8.
    response.write("\ufeff")
    csv.writer(response).writerows([head, *([plain(cell) for cell in row] for row in rows)])
    return response
