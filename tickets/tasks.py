"""Background work of tickets: the relay and the sweeps. Each leaves a heartbeat, also when there was nothing to do."""

from celery import shared_task
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from tickets.relay import relay as relay_events
from tickets.services.assigning import decide_due_assignments
from tickets.services.attaching import sweep_orphaned_files
from tickets.services.handing_over import hand_over_from_absent
from tickets.services.rebalancing import rebalance_untouched
from tickets.services.resolving import close_resolved_tickets
from tickets.services.sending import send_due_drafts
from tickets.services.training import look_after_triage, start_training
from tickets.triage.figures import keep_weeks


@shared_task(name="tickets.tasks.relay")
def relay() -> int:
    return Heartbeat.objects.note("relay", count=relay_events())


@shared_task(name="tickets.tasks.assign_due")
def assign_due() -> int:
    return Heartbeat.objects.note("assign_due", count=decide_due_assignments(as_of=now()))


@shared_task(name="tickets.tasks.hand_over")
def hand_over() -> int:
    as_of = now()
    count = hand_over_from_absent(as_of=as_of) + rebalance_untouched(as_of=as_of)
    return Heartbeat.objects.note("hand_over", count=count)


@shared_task(name="tickets.tasks.close_resolved")
def close_resolved() -> int:
    return Heartbeat.objects.note("close_resolved", count=close_resolved_tickets(as_of=now()))


@shared_task(name="tickets.tasks.send_drafts")
def send_drafts() -> int:
    return Heartbeat.objects.note("send_drafts", count=send_due_drafts(as_of=now()))


@shared_task(name="tickets.tasks.sweep_files")
def sweep_files() -> int:
    return Heartbeat.objects.note("sweep_files", count=sweep_orphaned_files())


@shared_task(name="tickets.tasks.look_after_triage")
def look_after_triage_task() -> int:
    return Heartbeat.objects.note("look_after_triage", count=look_after_triage(as_of=now()))


@shared_task(name="tickets.tasks.train_triage")
def train_triage() -> int:
    """Nightly, with the week's figures. The work itself is a job in the slow queue."""
    keep_weeks(as_of=now())
    start_training(by=None)
    return Heartbeat.objects.note("train_triage", count=1)
