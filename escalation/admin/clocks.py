"""Clocks as they stand, and those that wait for repair: to look at, never to edit."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from escalation.admin.reading import TicketRowAdmin, shown_at
from escalation.models import Clock, ClockRepair
from helpdesk.core.spans import working_span


@admin.register(Clock)
class ClockAdmin(TicketRowAdmin):
    started, due = shown_at("started_at", _("started")), shown_at("due_at", _("due"))
    stopped, broken = shown_at("stopped_at", _("stopped")), shown_at("breached_at", _("broken"))
    list_display = ("ticket_page", "metric", "state", started, due, broken, "breach_cause")
    list_display_links = ("metric",)
    list_filter = ("state", "metric", "breach_cause")
    list_select_related = ("ticket",)
    fields = (
        "ticket_page",
        "metric",
        "cycle",
        "state",
        "policy",
        "policy_version",
        "calendar_version",
        "target",
        "paused",
        started,
        due,
        stopped,
        broken,
        "breach_cause",
    )

    @admin.display(description=_("working time promised"))
    def target(self, clock: Clock) -> str:
        return working_span(clock.target_seconds)

    @admin.display(description=_("working time left out"))
    def paused(self, clock: Clock) -> str:
        return working_span(clock.paused_seconds)


@admin.register(ClockRepair)
class ClockRepairAdmin(TicketRowAdmin):
    list_display = fields = ("ticket_page", "from_seq", shown_at("failed_at", _("failed")), "attempts", "last_error")
    list_display_links = ("last_error",)
    list_select_related = ("ticket",)
