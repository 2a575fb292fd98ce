"""The page "Triage": how good it is, what waits for people, which versions there are, and the switches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from helpdesk.core.models import Job
from teams.models import User
from tickets.models import ModelVersion, Target, Ticket, TriageSwitch, TriageWeek
from tickets.services.training import TRAIN
from tickets.services.versions import may_steer_triage
from tickets.triage import figures
from tickets.triage.alerts import TRAININGS_LOOKED_AT, drift_alerts, model_alerts, training_alerts
from tickets.triage.figures import BY_SLUG, Bin, Figure
from tickets.triage.telling import ruling_sentence

PERIODS = (7, 28, 90)
MOST_LISTED = 100
_WEEKS = 12
_VERSIONS = 10


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: ModelVersion
    ruling: str
    has_file: bool


@dataclass(frozen=True, slots=True)
class Week:
    row: TriageWeek
    cells: list[Figure]


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Twelve queries at most, with those of the frame: see each part."""
    reader, days, at = reader_of(request), period_of(request), now()
    told = figures.report(opinions_of(reader, days))
    weeks = list(TriageWeek.objects.select_related("version")[:_WEEKS])
    trainings = list(Job.objects.filter(kind=TRAIN).order_by("-pk")[:TRAININGS_LOOKED_AT])
    context = {
        "title": _("Triage"),
        "days": days,
        "periods": PERIODS,
        "figures": told.figures,
        "calibration": told.calibration,
        "plot": plot(told.calibration),
        "mistakes": told.mistakes,
        "waiting": told.waiting,
        "versions": _versions(),
        "switches": switches(),
        "weeks": [_week(row) for row in weeks],
        "measures": figures.MEASURES,
        "alerts": [*model_alerts(as_of=at), *training_alerts(trainings), *drift_alerts(weeks)],
        "may_steer": may_steer_triage(reader),
        "job": trainings[0] if trainings else None,
    }
    return render(request, "console/triage/overview.html", context)


@require_GET
def behind(request: HttpRequest, slug: str) -> HttpResponse:
    """The tickets of one number, as far as the reader sees them, newest first."""
    reader, days = reader_of(request), period_of(request)
    failures = request.GET.get("failures") == "1"
    rows, title, definition = _listed(reader, days, slug, request, failures=failures)
    listed = rows.select_related("ticket__category", "ticket__team", "category", "verdict_by").order_by("-made_at")[
        : MOST_LISTED + 1
    ]
    context = {
        "title": title,
        "definition": definition,
        "rows": list(listed)[:MOST_LISTED],
        "has_more": len(listed) > MOST_LISTED,
        "days": days,
        "failures": failures,
        "can_fail": slug in BY_SLUG,
        "slug": slug,
    }
    return render(request, "console/triage/behind.html", context)


@require_GET
def training(request: HttpRequest) -> HttpResponse:
    """The progress of a training, asked again and again while one runs."""
    return render(
        request,
        "console/triage/_training.html",
        {"job": training_job(), "may_steer": may_steer_triage(reader_of(request))},
    )


def reader_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 - the admin site has turned away everybody who is not staff
    return request.user


def period_of(request: HttpRequest) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in {str(days) for days in PERIODS} else 28


def opinions_of(reader: User, days: int) -> Any:
    at = now()
    return figures.opinions(Ticket.objects.visible_to(reader), since=at - timedelta(days=days), until=at)


def switches() -> list[tuple[Target, TriageSwitch | None]]:
    touched = {row.target: row for row in TriageSwitch.objects.select_related("changed_by")}
    return [(target, touched.get(target.value)) for target in Target]


def training_job() -> Job | None:
    return Job.objects.filter(kind=TRAIN).order_by("-pk").first()


def plot(bins: Sequence[Bin]) -> list[dict[str, float]]:
    """Places of the points in a square of 100 by 100, the size by how many tickets stand behind."""
    most = max((one.count for one in bins), default=1)
    return [
        {"x": 100 * one.promised, "y": 100 - 100 * one.kept, "r": 1.5 + 3 * (one.count / most) ** 0.5} for one in bins
    ]


def _listed(reader: User, days: int, slug: str, request: HttpRequest, *, failures: bool) -> tuple[Any, Any, Any]:
    rows = opinions_of(reader, days)
    if slug in BY_SLUG:
        measure = BY_SLUG[slug]
        return figures.behind(rows, measure, failures=failures), measure.label, measure.definition
    if slug == "confused":
        truth, said = (_key(request, name) for name in ("truth", "said"))
        definition = _("A person said another category than triage had thought likeliest.")
        return figures.confused(rows, truth=truth, said=said), _("Mixed up"), definition
    for waiting in figures.WAITING:
        if waiting.slug == slug:
            return figures.behind(rows, waiting), waiting.label, waiting.definition
    raise Http404


def _key(request: HttpRequest, name: str) -> int:
    value = request.GET.get(name, "")
    if not (value.isascii() and value.isdecimal() and len(value) <= 9):
        raise Http404
    return int(value)


def _versions() -> list[VersionRow]:
    rows = ModelVersion.objects.select_related("activated_by").annotate(has_file=Q(file__isnull=False))
    return [VersionRow(row, ruling_sentence(row), row.has_file) for row in rows.order_by("-pk")[:_VERSIONS]]


def _week(row: TriageWeek) -> Week:
    return Week(row, [Figure(one, *row.figures.get(one.slug, (0, 0))) for one in figures.MEASURES])
