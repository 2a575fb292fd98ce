"""Escalation policies with their levels, and the log of what fired."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.admin.reading import TicketRowAdmin, results_said, shown_at
from escalation.admin.rules import RulesAdmin, RulesForm, SaidAdmin
from escalation.admin.rules.sentences import conditions_said, level_said
from escalation.admin.rules.targets import Targets
from escalation.lengths import DelayField, OffsetField
from escalation.models import Escalation, EscalationLevel, EscalationPolicy, Snooze
from escalation.models.level import default_distance
from helpdesk.core.back_office import StackedInline, TextInput


class PolicyForm(RulesForm):
    level_distance_seconds = DelayField(
        widget=TextInput,
        label=_("Working time between levels"),
        initial=default_distance,
        help_text=_("A level never fires earlier than this after the one before it. For example 15 min."),
    )


class LevelForm(RulesForm):
    offset_seconds = OffsetField(
        widget=TextInput,
        label=_("Or a working time"),
        required=False,
        help_text=_("From the deadline of a clock: “30 min”, or “15 min before”. Else from that moment on."),
    )


class LevelInline(RulesAdmin, StackedInline):
    model = EscalationLevel
    form = LevelForm
    extra = 0
    max_num = 3
    fields = (("number", "anchor"), ("offset_percent", "offset_seconds"), "conditions", "actions")
    without_conditions = _("Asked when the level is due. Without any it is for every ticket of the policy.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EscalationLevel]:
        """With the policy, which the title of each level names."""
        return super().get_queryset(request).select_related("policy")


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(RulesAdmin, SaidAdmin):
    remembered_as = "escalation_policy"
    form = PolicyForm
    list_display = ("name", "said", "is_active")
    list_filter = ("is_active",)
    inlines = (LevelInline,)
    actions_detail = ["what_if", "run_log", "changes"]
    without_conditions = _("Without any condition it is for every ticket.")

    def rules_in(self, rows: Iterable[EscalationPolicy]) -> Iterable[tuple[Any, Any]]:
        prefetch_related_objects(list(rows), "levels")
        for policy in rows:
            yield policy.conditions, []
            yield from ((level.conditions, level.actions) for level in policy.levels.all())

    def say(self, row: EscalationPolicy, targets: Targets) -> SafeString:
        when = conditions_said(row.conditions, targets)
        head = _("When %(when)s") % {"when": when} if when else str(_("For every ticket"))
        levels = format_html_join("", "<li>{}</li>", ((level_said(level, targets),) for level in row.levels.all()))
        return format_html('{}<ol class="said-levels">{}</ol>', head, levels)

    @admin.display(description=_("what it does"))
    def said(self, policy: EscalationPolicy) -> str:
        return policy.said  # type: ignore[attr-defined]

    @action(description=_("What if?"), url_path="what-if", permissions=["change"])
    def what_if(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:promises_what_if") + f"?levels={object_id}")

    @action(description=_("Run log"), url_path="run-log", permissions=["view"])
    def run_log(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:escalation_escalation_changelist") + f"?level__policy__id__exact={object_id}")


@admin.register(Escalation)
class EscalationAdmin(TicketRowAdmin):
    due, fired = shown_at("due_at", _("due")), shown_at("fired_at", _("fired"))
    list_display = fields = ("ticket_page", "level", "outcome", "done", due, fired)
    list_display_links = ("level",)
    list_filter = ("outcome", "level__policy")
    list_select_related = ("ticket", "level__policy")

    @admin.display(description=_("what was done"))
    def done(self, escalation: Escalation) -> SafeString:
        return results_said(escalation.results, escalation.failed_condition)


@admin.register(Snooze)
class SnoozeAdmin(TicketRowAdmin):
    list_display = fields = ("ticket_page", shown_at("until", _("until")), "by", "reason")
    list_display_links = ("reason",)
    list_select_related = ("ticket", "by")
