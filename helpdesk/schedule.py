"""The beat: which sweep runs how often, and when its silence counts as late. /readyz and django-celery-beat read this.

Intervals only: a crontab in a zone with daylight saving is silent for an hour in autumn.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Sweep:
    """`name` is also the name of the heartbeat that the task leaves; `title` is what people read."""

    name: str
    title: Any
    task: str
    queue: str
    every_seconds: int

    @property
    def late_after(self) -> timedelta:
        """Three missed turns and a little more: one slow run is no alarm."""
        return timedelta(seconds=3 * self.every_seconds + 30)


SWEEPS = (
    Sweep("relay", _("Passing news on"), "tickets.tasks.relay", "pulse", 5),
    Sweep("sweep_clocks", _("Watching deadlines"), "escalation.tasks.sweep_clocks", "pulse", 5),
    Sweep("fire_levels", _("Escalating"), "escalation.tasks.fire_levels", "pulse", 5),
    Sweep("run_automations", _("Running automations"), "escalation.tasks.run_automations", "pulse", 5),
    Sweep("assign_due", _("Assigning reserved tickets"), "tickets.tasks.assign_due", "pulse", 10),
    Sweep("hand_over", _("Moving tickets of absent people"), "tickets.tasks.hand_over", "pulse", 15),
    Sweep("repair_clocks", _("Repairing clocks"), "escalation.tasks.repair_clocks", "pulse", 15),
    Sweep("close_resolved", _("Closing resolved tickets"), "tickets.tasks.close_resolved", "pulse", 15),
    Sweep("send_drafts", _("Sending held replies"), "tickets.tasks.send_drafts", "pulse", 5),
    Sweep("sweep_files", _("Removing files that nobody owns"), "tickets.tasks.sweep_files", "work", 600),
    Sweep("deliver", _("Sending messages"), "notifications.tasks.deliver", "work", 10),
    Sweep("call_webhooks", _("Calling webhooks"), "notifications.tasks.call_webhooks", "work", 10),
    Sweep("forget_webhooks", _("Forgetting old webhook calls"), "notifications.tasks.forget_webhooks", "work", 3600),
    Sweep("send_letters", _("Sending links and passwords"), "teams.tasks.send_letters", "work", 5),
    Sweep("look_after_triage", _("Looking after triage"), "tickets.tasks.look_after_triage", "work", 60),
    Sweep("train_triage", _("Training triage"), "tickets.tasks.train_triage", "work", 24 * 3600),
    Sweep("wake_jobs", _("Going on with long jobs"), "helpdesk.core.tasks.wake_jobs", "work", 15),
    Sweep("fetch_feeds", _("Reading calendar feeds"), "teams.tasks.fetch_feeds", "work", 600),
    Sweep("renew_holidays", _("Renewing holidays"), "teams.tasks.renew_holidays", "work", 6 * 3600),
    Sweep("forget", _("Forgetting what has expired"), "teams.tasks.forget", "work", 3600),
)


def title_of(name: str) -> Any:
    """What people read for the sweep, or heartbeat, of this name."""
    return next((sweep.title for sweep in SWEEPS if sweep.name == name), name)


def beat_schedule() -> dict[str, dict[str, Any]]:
    """Celery's form of it. A tick that waited longer than its interval is dropped: the next one does its work."""
    return {
        sweep.name: {
            "task": sweep.task,
            "schedule": timedelta(seconds=sweep.every_seconds),
            "options": {"queue": sweep.queue, "expire_seconds": max(sweep.every_seconds, 10)},
        }
        for sweep in SWEEPS
    }
