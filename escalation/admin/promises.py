"""SLA policies with their targets. Changing what is promised makes a new version; running clocks keep theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from unfold.decorators import action

from escalation.lengths import LengthField
from escalation.models import SlaPolicy, SlaTarget
from helpdesk.core.back_office import TabularInline
from teams.admin.remembering import RememberingAdmin


class TargetForm(ModelForm):
    target_seconds = LengthField(label=_("Working time"), help_text=_("For example 4 h 30 min."))


class TargetInline(TabularInline):
    model = SlaTarget
    form = TargetForm
    extra = 0


@admin.register(SlaPolicy)
class SlaPolicyAdmin(RememberingAdmin):
    remembered_as = "sla_policy"
    actions_detail = ["what_if", "changes"]
    actions_list = ["re_apply", "kept"]
    list_display = ("name", "position", "is_active", "calendar", "warning_percent", "version")
    list_filter = ("is_active",)
    ordering = ("position", "pk")
    readonly_fields = ("version",)
    inlines = (TargetInline,)

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
