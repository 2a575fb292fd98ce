"""Escalation policies with their levels, and the log of what fired."""

from django.contrib import admin

from escalation.admin.reading import ReadOnlyAdmin
from escalation.models import Escalation, EscalationLevel, EscalationPolicy
from helpdesk.core.back_office import ModelAdmin, StackedInline


class LevelInline(StackedInline):
    model = EscalationLevel
    extra = 0
    max_num = 3
    fields = (("number", "anchor"), ("offset_percent", "offset_seconds"), "conditions", "actions")


@admin.register(EscalationPolicy)
class EscalationPolicyAdmin(ModelAdmin):
    list_display = ("name", "is_active", "level_distance_seconds")
    list_filter = ("is_active",)
    inlines = (LevelInline,)


@admin.register(Escalation)
class EscalationAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "level", "outcome", "due_at", "fired_at", "failed_condition")
    list_filter = ("outcome", "level__policy")
    list_select_related = ("ticket", "level__policy")
