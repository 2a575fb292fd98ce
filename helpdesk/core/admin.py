"""Long work as administrators see it: what waits, how far it is, what came of it, and a way to end it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from helpdesk.core.back_office import ModelAdmin
from helpdesk.core.jobs import cancel_job
from helpdesk.core.models import Job


@admin.register(Job)
class JobAdmin(ModelAdmin):
    list_display = ("id", "kind", "state", "progress", "created_at", "heartbeat_at", "finished_at")
    list_filter = ("state", "kind")
    actions = ("cancel",)
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> str:
        if job.percent is None:
            return "–"
        return f"{job.percent} % ({job.done_count:,} / {job.total_count:,})"

    @admin.action(description=_("Cancel"), permissions=["view"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[Job]) -> None:
        cancelled = [cancel_job(job) for job in jobs.filter(finished_at=None)]
        said = ngettext(
            "%(count)d job ends at its next step.", "%(count)d jobs end at their next step.", len(cancelled)
        )
        self.message_user(request, said % {"count": len(cancelled)}, messages.INFO)
