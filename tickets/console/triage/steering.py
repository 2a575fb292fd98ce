"""What leads do on the page "Triage": train, activate, go back, switch. Each is a POST to a noun."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.jobs import cancel_job
from tickets.console.triage.overview import reader_of, training_job
from tickets.models import ModelVersion, Target
from tickets.services.training import start_training
from tickets.services.versions import activate_version, may_steer_triage, switch_target


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    _check(request)
    start_training(by=reader_of(request))
    messages.success(request, _("Training has begun. The version in use stays until a better one has passed."))
    return _back()


@require_POST
def stop(request: HttpRequest) -> HttpResponse:
    _check(request)
    job = training_job()
    if job is not None and job.is_pending:
        cancel_job(job)
        messages.success(request, _("The training ends at its next step."))
    return _back()


@require_POST
def activation(request: HttpRequest, pk: int) -> HttpResponse:
    version = get_object_or_404(ModelVersion, pk=pk)
    try:
        activate_version(version, by=reader_of(request))
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.message) from refusal
    except DomainError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Version %(number)d is in use from now on.") % {"number": pk})
    return _back()


@require_POST
def switch(request: HttpRequest, target: str) -> HttpResponse:
    if target not in Target.values:
        raise Http404
    is_on = request.POST.get("to") == "on"
    try:
        switch_target(Target(target), is_on=is_on, by=reader_of(request))
    except NotPermitted as refusal:
        raise PermissionDenied(refusal.message) from refusal
    said = _("%(target)s: on.") if is_on else _("%(target)s: off. Rules go on alone.")
    messages.success(request, said % {"target": Target(target).label})
    return _back()


def _check(request: HttpRequest) -> None:
    if not may_steer_triage(reader_of(request)):
        raise PermissionDenied(_("Only team leads and administrators may do that."))


def _back() -> HttpResponse:
    return redirect("admin:triage")
