"""How a promise stands, in one sentence for staff, in the active zone and language."""

from datetime import datetime

from django.utils.translation import gettext as _

from escalation.models import Clock
from escalation.models.clock import BreachCause, ClockState
from helpdesk.core.spans import span, working_span
from tickets.promise import clock_time


def sentence_of(clock: Clock, *, elapsed_seconds: int, at: datetime) -> str:
    """`elapsed_seconds` are the working seconds used until now, or until it stopped."""
    left = max(0, clock.target_seconds - elapsed_seconds)
    marks = {
        "target": working_span(clock.target_seconds),
        "used": working_span(elapsed_seconds),
        "left": working_span(left),
        "waited": working_span(clock.paused_seconds),
    }
    if clock.state == ClockState.CANCELLED:
        return _("No longer promised: what it was for can no longer happen.")
    if clock.state == ClockState.BREACHED:
        return _missed(clock, at)
    if clock.state == ClockState.PAUSED and clock.paused_at is not None:
        marks["since"] = clock_time(clock.paused_at, at=at)
        return _("Waiting for the customer since %(since)s; %(left)s of %(target)s left.") % marks
    if clock.state == ClockState.MET:
        return _("Kept after %(used)s of %(target)s.") % marks
    due = clock.due_at or at
    if due < at:
        return _("It was due %(due)s, %(late)s ago.") % {
            "due": clock_time(due, at=at),
            "late": span((at - due).total_seconds()),
        }
    marks["due"] = clock_time(due, at=at)
    if clock.paused_seconds:
        return _("Due %(due)s: %(used)s of %(target)s used, %(waited)s of waiting left out.") % marks
    return _("Due %(due)s: %(used)s of %(target)s used, %(left)s left.") % marks


def _missed(clock: Clock, at: datetime) -> str:
    missed_at = clock.breached_at or at
    marks = {"due": clock_time(missed_at, at=at)}
    if clock.breach_cause == BreachCause.PRIORITY_CHANGED:
        return _("Missed %(due)s, when the priority was changed: by the new target it was late already.") % marks
    if clock.breach_cause == BreachCause.POLICY_CHANGED:
        return _("Missed %(due)s, when another policy came to hold: by its target it was late already.") % marks
    if clock.stopped_at is None:
        marks["late"] = span((at - missed_at).total_seconds())
        words = _("Missed: it was due %(due)s, %(late)s ago.") % marks
    else:
        marks["late"] = span((clock.stopped_at - missed_at).total_seconds())
        words = _("Missed: it was due %(due)s and came %(late)s late.") % marks
    if clock.breach_cause == BreachCause.NOBODY_AVAILABLE:
        return f"{words} {_('Nobody had the ticket.')}"
    return words
