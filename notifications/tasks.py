"""Background work of notifications: what is due goes out, to people and to other systems."""

from celery import shared_task
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from notifications.services.delivering import deliver_due
from notifications.webhooks.keeping import forget_calls
from notifications.webhooks.sending import call_due


@shared_task(name="notifications.tasks.deliver")
def deliver() -> int:
    return Heartbeat.objects.note("deliver", count=deliver_due(as_of=now()))


@shared_task(name="notifications.tasks.call_webhooks")
def call_webhooks() -> int:
    return Heartbeat.objects.note("call_webhooks", count=call_due(as_of=now()))


@shared_task(name="notifications.tasks.forget_webhooks")
def forget_webhooks() -> int:
    return Heartbeat.objects.note("forget_webhooks", count=forget_calls(as_of=now()))
