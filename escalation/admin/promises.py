"""SLA policies with their targets. Changing what is promised makes a new version; running clocks keep theirs."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import F
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.admin.rules import RulesAdmin, SaidAdmin
from escalation.admin.rules.sentences import conditions_said
from escalation.admin.rules.targets import Targets
from escalation.lengths import LengthField
from escalation.models import SlaPolicy, SlaTarget
from helpdesk.core.back_office import TabularInline, TextInput


class TargetForm(ModelForm):
    target_seconds = LengthField(widget=TextInput, label=_("Working time"), help_text=_("For example 4 h 30 min."))


class TargetInline(TabularInline):
    model = SlaTarget
    form = TargetForm
    extra = 0


@admin.register(SlaPolicy)
class SlaPolicyAdmin(RulesAdmin, SaidAdmin):
    remembered_as = "sla_policy"
    actions_detail = ["what_if", "changes"]
    actions_list = ["re_apply", "kept"]
    list_display = ("name", "said", "position", "is_active", "calendar", "version")
    list_filter = ("is_active",)
    list_select_related = ("calendar",)
    without_conditions = _("Without any condition it is for every ticket that no earlier policy takes.")
    ordering = ("position", "pk")
    readonly_fields = ("version",)
    inlines = (TargetInline,)

    def rules_in(self, rows: Iterable[SlaPolicy]) -> Iterable[tuple[Any, Any]]:
        return [(policy.conditions, []) for policy in rows]

    def say(self, row: SlaPolicy, targets: Targets) -> str:
        return conditions_said(row.conditions, targets) or str(_("Every ticket"))

    @admin.display(description=_("for which tickets"))
    def said(self, policy: SlaPolicy) -> str:
        return policy.said  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            SlaPolicy.objects.filter(pk=form.instance.pk).update(version=F("version") + 1)

    @action(description=_("What if?"), url_path="what-if", permissions=["change"])
    def what_if(self, _request: HttpRequest, object_id: int) -> HttpResponse:
        return redirect(reverse("admin:promises_what_if") + f"?policy={object_id}")

    @action(description=_("Re-apply to running tickets"), url_path="re-apply", permissions=["change"])
    def re_apply(self, _request: HttpRequest) -> HttpResponse:
        return redirect("admin:promises_reapplying")

    @action(description=_("Promises kept"), url_path="kept", permissions=["view"])
    def kept(self, _request: HttpRequest) -> HttpResponse:
        return redirect("admin:promises_kept")
