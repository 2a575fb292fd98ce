"""Automations, what they did, and what they would have done."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.actions import AUTOMATION_ACTIONS
from escalation.admin.reading import TicketRowAdmin, results_said, shown_at
from escalation.admin.rules import RulesAdmin, RulesForm, SaidAdmin
from escalation.admin.rules.sentences import automation_said
from escalation.admin.rules.targets import Targets
from escalation.conditions import AUTOMATION_FIELDS
from escalation.lengths import DelayField
from escalation.models import Automation, AutomationRun
from escalation.services.dry_run import dry_run
from helpdesk.core.back_office import TextInput


class AutomationForm(RulesForm):
    after_seconds = DelayField(
        widget=TextInput,
        label=_("After"),
        initial=0,
        help_text=_(
            "0: at once. Else like “2 h”, and only if nobody has written and the status has not changed meanwhile."
        ),
    )


@admin.register(Automation)
class AutomationAdmin(RulesAdmin, SaidAdmin):
    remembered_as = "automation"
    form = AutomationForm
    condition_fields = AUTOMATION_FIELDS
    known_actions = AUTOMATION_ACTIONS
    without_conditions = _("Without any condition it is for every ticket.")
    list_display = ("name", "said", "position", "is_active")
    list_filter = ("is_active", "happening")
    fields = (
        "name",
        ("position", "is_active"),
        "happening",
        ("after_seconds", "is_working_time"),
        "conditions",
        "actions",
    )
    actions_detail = ["dry_run", "run_log", "changes"]

    def rules_in(self, rows: Iterable[Automation]) -> Iterable[tuple[Any, Any]]:
        return [(automation.conditions, automation.actions) for automation in rows]

    def say(self, row: Automation, targets: Targets) -> str:
        return automation_said(row, targets)

    @admin.display(description=_("what it does"))
    def said(self, automation: Automation) -> str:
        return automation.said  # type: ignore[attr-defined]

    @action(description=_("Dry run"), url_path="dry-run", permissions=["view"])
    def dry_run(self, request: HttpRequest, object_id: int) -> HttpResponse:
        automation = get_object_or_404(Automation, pk=object_id)
        context = {"automation": automation, "run": dry_run(automation, days=30, as_of=now())}
        return render(request, "console/promises/dry_run.html", context)

    @action(description=_("Run log"), url_path="run-log", permissions=["view"])
    def run_log(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:escalation_automationrun_changelist") + f"?automation__id__exact={object_id}")


@admin.register(AutomationRun)
class AutomationRunAdmin(TicketRowAdmin):
    due, ran = shown_at("due_at", _("due")), shown_at("ran_at", _("ran"))
    list_display = fields = ("ticket_page", "automation", "outcome", "done", due, ran)
    list_display_links = ("automation",)
    list_filter = ("outcome", "automation")
    list_select_related = ("ticket", "automation")

    @admin.display(description=_("what was done"))
    def done(self, run: AutomationRun) -> SafeString:
        return results_said(run.results, run.failed_condition)
