"""SLA policies with their targets. Changing what is promised makes a new version; running clocks keep theirs."""

from typing import Any

from django.contrib import admin
from django.db.models import F
from django.forms import ModelForm
from django.http import HttpRequest

from escalation.models import SlaPolicy, SlaTarget
from helpdesk.core.back_office import ModelAdmin, TabularInline


class TargetInline(TabularInline):
    model = SlaTarget
    extra = 0


@admin.register(SlaPolicy)
class SlaPolicyAdmin(ModelAdmin):
    list_display = ("name", "position", "is_active", "calendar", "warning_percent", "version")
    list_filter = ("is_active",)
    ordering = ("position", "pk")
    readonly_fields = ("version",)
    inlines = (TargetInline,)

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: list[Any], change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if change and (form.has_changed() or any(formset.has_changed() for formset in formsets)):
            SlaPolicy.objects.filter(pk=form.instance.pk).update(version=F("version") + 1)
