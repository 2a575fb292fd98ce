"""Background work of the cellar: running long jobs, and finding those that nobody runs."""

from celery import shared_task
from django.utils.timezone import now

from helpdesk.core.jobs import run_due_jobs, wake
from helpdesk.core.models import Heartbeat, Job

# A job may take hours. Its row says whether it lives, so the broker need not: the message is done with at once.
_HOURS = 12 * 3600


@shared_task(name="helpdesk.core.tasks.run_jobs", acks_late=False, time_limit=_HOURS, soft_time_limit=_HOURS - 60)
def run_jobs() -> int:
    return run_due_jobs()


@shared_task(name="helpdesk.core.tasks.wake_jobs")
def wake_jobs() -> int:
    """Not in the slow queue itself, which is silent while a long job runs."""
    count = Job.objects.due(now()).count()
    if count:
        wake()
    return Heartbeat.objects.note("wake_jobs", count=count)
