"""Automations, what they did, and what they would have done."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.admin.reading import ReadOnlyAdmin
from escalation.models import Automation, AutomationRun
from escalation.services.dry_run import dry_run
from teams.admin.remembering import RememberingAdmin


@admin.register(Automation)
class AutomationAdmin(RememberingAdmin):
    remembered_as = "automation"
    list_display = ("name", "position", "is_active", "happening", "after_seconds")
    list_filter = ("is_active", "happening")
    fields = (
        ("name", "position", "is_active"),
        ("happening", "after_seconds", "is_working_time"),
        "conditions",
        "actions",
    )
    actions_detail = ["dry_run", "run_log", "changes"]

    @action(description=_("Dry run"), url_path="dry-run", permissions=["view"])
    def dry_run(self, request: HttpRequest, object_id: int) -> HttpResponse:
        automation = get_object_or_404(Automation, pk=object_id)
        context = {"automation": automation, "run": dry_run(automation, days=30, as_of=now())}
        return render(request, "console/promises/dry_run.html", context)

    @action(description=_("Run log"), url_path="run-log", permissions=["view"])
    def run_log(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:escalation_automationrun_changelist") + f"?automation__id__exact={object_id}")


@admin.register(AutomationRun)
class AutomationRunAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "automation", "outcome", "due_at", "ran_at", "failed_condition")
    list_filter = ("outcome", "automation")
    list_select_related = ("ticket", "automation")
