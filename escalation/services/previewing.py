"""What another priority would do to the clocks of a ticket. The arithmetic of the change itself, without the change."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta

from escalation.matching import Terms, facts_of, terms_for
from escalation.models import Clock
from escalation.models.clock import ClockState
from escalation.services.clocking import OPEN_STATES, running_of, take_terms
from tickets.models import Priority, Ticket
from tickets.services.previewing import PromiseChange, register_preview


@register_preview
def preview_promises(ticket: Ticket, to: Priority, at: datetime) -> Sequence[PromiseChange]:
    """One change for each clock that still runs or waits; a broken promise stays broken. Works on copies, saves nothing."""
    clocks = Clock.objects.filter(ticket=ticket, state__in=OPEN_STATES, stopped_at=None).exclude(due_at__lt=at)
    changed = copy(ticket)
    changed.priority = to
    terms = terms_for(changed, facts_of(changed))
    return [_change(clock, terms, at) for clock in clocks.select_related("calendar_version", "policy").order_by("pk")]


def _change(clock: Clock, terms: Terms | None, at: datetime) -> PromiseChange:
    changed = copy(clock)
    told = PromiseChange(str(clock.metric), str(clock.get_metric_display()), before=clock.due_at, after=None)
    if not take_terms(changed, terms):
        return told
    running = running_of(changed)
    elapsed = running.elapsed(at, paused_at=changed.paused_at)
    due = running.reaches(changed.target_seconds)
    if elapsed >= changed.target_seconds:
        return replace(told, after=due, would_breach=True, late_by=max(at - due, timedelta(0)))
    return replace(told, after=None if changed.state == ClockState.PAUSED else due)
