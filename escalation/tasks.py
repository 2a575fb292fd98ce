"""Background work of promises: the sweeps over clocks, levels, automations and repairs."""

from celery import shared_task
from django.utils.timezone import now

from escalation.services.automating import run_due_automations
from escalation.services.firing import fire_due_levels
from escalation.services.repairing import repair_missing_clocks
from escalation.services.sweeping import sweep_clocks as sweep
from helpdesk.core.models import Heartbeat


@shared_task(name="escalation.tasks.sweep_clocks")
def sweep_clocks() -> int:
    return Heartbeat.objects.note("sweep_clocks", count=sweep(as_of=now()))


@shared_task(name="escalation.tasks.fire_levels")
def fire_levels() -> int:
    return Heartbeat.objects.note("fire_levels", count=fire_due_levels(as_of=now()))


@shared_task(name="escalation.tasks.repair_clocks")
def repair_clocks() -> int:
    return Heartbeat.objects.note("repair_clocks", count=repair_missing_clocks(as_of=now()))


@shared_task(name="escalation.tasks.run_automations")
def run_automations() -> int:
    return Heartbeat.objects.note("run_automations", count=run_due_automations(as_of=now()))
