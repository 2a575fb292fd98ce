"""Clocks as they stand, and those that wait for repair: to look at, never to edit."""

from django.contrib import admin

from escalation.admin.reading import ReadOnlyAdmin
from escalation.models import Clock, ClockRepair


@admin.register(Clock)
class ClockAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "metric", "state", "started_at", "due_at", "breached_at", "breach_cause")
    list_filter = ("state", "metric", "breach_cause")
    list_select_related = ("ticket",)


@admin.register(ClockRepair)
class ClockRepairAdmin(ReadOnlyAdmin):
    list_display = ("ticket", "from_seq", "failed_at", "attempts", "last_error")
    list_select_related = ("ticket",)
