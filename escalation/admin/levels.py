"""Escalation policies with their levels, and the log of what fired."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.admin.reading import ReadOnlyAdmin
from escalation.models import Escalation, EscalationLevel, EscalationPolicy, Snooze
from helpdesk.core.back_office import StackedInline
from teams.admin.remembering import RememberingAdmin


class LevelInline(StackedInline):
    model = EscalationLevel
    extra = 0
    max_num = 3
    fields = (("number", "anchor"), ("offset_percent", "offset_seconds"), "conditions", "actions")


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(RememberingAdmin):
    remembered_as = "escalation_policy"
    list_display = ("name", "is_active", "level_distance_seconds")
    list_filter = ("is_active",)
    inlines = (LevelInline,)
    actions_detail = ["what_if", "run_log", "changes"]

    @action(description=_("What if?"), url_path="what-if", permissions=["change"])
    def what_if(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:promises_what_if") + f"?levels={object_id}")

    @action(description=_("Run log"), url_path="run-log", permissions=["view"])
    def run_log(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:escalation_escalation_changelist") + f"?level__policy__id__exact={object_id}")


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "level", "outcome", "due_at", "fired_at", "failed_condition")
    list_filter = ("outcome", "level__policy")
    list_select_related = ("ticket", "level__policy")


@admin.register(Snooze)
class SnoozeAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "until", "by", "reason")
    list_select_related = ("ticket", "by")
