"""Background work of notifications: what is due goes out."""

from celery import shared_task
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from notifications.services.delivering import deliver_due


@shared_task(name="notifications.tasks.deliver")
def deliver() -> int:
    return Heartbeat.objects.note("deliver", count=deliver_due(as_of=now()))
