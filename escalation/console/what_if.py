"""What-if and re-applying: a form, a job, and its result. For whoever may change what is promised."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from escalation.console.drafts import CalendarDraftForm, DraftForm, LevelsDraftForm, PolicyDraftForm
from escalation.models import EscalationPolicy, Metric, SlaPolicy
from escalation.services.reapplying import PREVIEW, REAPPLY
from escalation.services.what_if import WHAT_IF
from helpdesk.core.jobs import cancel_job, start_job
from helpdesk.core.models import Job
from teams.models import Calendar, User
from tickets.models.ticket import number_from

KINDS = (WHAT_IF, PREVIEW, REAPPLY)


@require_http_methods(["GET", "POST"])
def what_if(request: HttpRequest) -> HttpResponse:
    person = changer(request)
    form, subject = _form(request)
    if request.method == "POST" and form.is_valid():
        arguments = {"days": form.cleaned_data["days"], "draft": form.draft(), "about": str(subject or "")}
        return redirect("admin:promises_job", start_job(WHAT_IF, arguments, by=person).pk)
    context: dict[str, Any] = {"form": form, "subject": subject}
    if subject is None:
        context |= {
            "policies": SlaPolicy.objects.order_by("position", "pk"),
            "escalations": EscalationPolicy.objects.order_by("name"),
            "calendars": Calendar.objects.order_by("name"),
        }
    return render(request, "console/promises/what_if.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def reapplying(request: HttpRequest) -> HttpResponse:
    """A look at what it would do comes first; the job that does it is started from there."""
    person = changer(request)
    if request.method == "POST":
        return redirect("admin:promises_job", start_job(PREVIEW, {}, by=person).pk)
    return render(request, "console/promises/reapplying.html")


@require_POST
def reapply(request: HttpRequest, pk: int) -> HttpResponse:
    """Do what was previewed."""
    person = changer(request)
    preview = get_object_or_404(Job, pk=pk, kind=PREVIEW, state=Job.State.DONE)
    return redirect("admin:promises_job", start_job(REAPPLY, {"previewed": preview.pk}, by=person).pk)


@require_GET
def job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is, then what came out. The page asks for its middle again while it is not done."""
    changer(request)
    row = get_object_or_404(Job, pk=pk, kind__in=KINDS)
    context: dict[str, Any] = {"job": row, "is_what_if": row.kind == WHAT_IF, "is_preview": row.kind == PREVIEW}
    if row.state == Job.State.DONE:
        context |= _what_if_result(row) if row.kind == WHAT_IF else _reapplied(row)
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, "console/promises/_job.html" if is_part else "console/promises/job.html", context)


@require_POST
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    changer(request)
    cancel_job(get_object_or_404(Job, pk=pk, kind__in=KINDS))
    return redirect("admin:promises_job", pk)


def changer(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not user.is_staff or not user.has_perm("escalation.change_slapolicy"):
        raise PermissionDenied
    return user


def _form(request: HttpRequest) -> tuple[DraftForm, Any]:
    """The form for what the address names; without a name, one that changes nothing."""
    data = request.POST if request.method == "POST" else None
    policy, levels, calendar = (_named(request, name) for name in ("policy", "levels", "calendar"))
    if policy is not None:
        subject: Any = get_object_or_404(SlaPolicy, pk=policy)
        return PolicyDraftForm(data, policy=subject), subject
    if levels is not None:
        subject = get_object_or_404(EscalationPolicy, pk=levels)
        return LevelsDraftForm(data, policy=subject), subject
    if calendar is not None:
        subject = get_object_or_404(Calendar, pk=calendar)
        return CalendarDraftForm(data, calendar=subject), subject
    return DraftForm(data), None


def _named(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name)
    if said is None:
        return None
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise Http404
    return int(said)


def _what_if_result(row: Job) -> dict[str, Any]:
    would, did = row.result["would"], row.result["did"]
    names = dict(EscalationPolicy.objects.values_list("pk", "name"))
    breaches = [
        (str(metric.label), would["breaches"].get(metric, 0), did["breaches"].get(metric, 0)) for metric in Metric
    ]
    firings = [
        (_firing(key, names), would["firings"].get(key, 0), did["firings"].get(key, 0))
        for key in sorted({*would["firings"], *did["firings"]})
    ]
    shown = [_line(each) for each in row.result["shown"]]
    return {"would": would, "did": did, "breaches": breaches, "firings": firings, "shown": shown}


def _firing(key: str, names: dict[int, str]) -> str:
    policy, number, outcome = key.split("/")
    return f"{names.get(int(policy), policy)} · {number} · {outcome}"


def _reapplied(row: Job) -> dict[str, Any]:
    return {"shown": [_line(each) for each in row.result.get("shown", [])], "effects": row.result.get("effects", {})}


def _line(each: dict[str, Any]) -> dict[str, Any]:
    instants = {name: parse_datetime(each[name]) for name in ("would", "did", "before", "after") if each.get(name)}
    return each | instants | {"metric": Metric(each["metric"]).label, "number": number_from(each["ticket"])}
