"""Levels fire: each exactly once per ticket and episode, because inserting its row is the claim.

After an outage several levels of a policy are due at once: each is recorded, only the highest acts, and whoever the
lower ones would have told is told once, by that one.
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Min

from escalation.conditions import failed_condition
from escalation.kinds import ESCALATION_RAISED
from escalation.matching import facts_of
from escalation.models import ClockRepair, Escalation, EscalationTimer
from escalation.services.acting import act, audience_of
from escalation.services.scheduling import keep_distance
from tickets.events import Cause, record
from tickets.models import Ticket
from tickets.services.sweeping import sweep_tickets

Outcome = Escalation.Outcome


def fire_due_levels(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep over timers, a transaction a ticket. Returns how many tickets had levels due."""
    due = EscalationTimer.objects.to_fire(as_of).exclude(ticket__in=ClockRepair.objects.values("ticket"))
    waiting = due.values("ticket").annotate(first=Min("due_at"))
    # Two steps: a row lock can't be had on an aggregate.
    longest_due = list(waiting.order_by("first").values_list("ticket", flat=True)[:limit])
    tickets = Ticket.objects.filter(pk__in=longest_due).order_by("pk")
    return sweep_tickets(tickets, lambda ticket: fire_levels_of(ticket, as_of=as_of), limit=limit, name="fire_levels")


def fire_levels_of(ticket: Ticket, *, as_of: datetime) -> list[Escalation]:
    """Fire what is due on a locked ticket, unless it sleeps. Another call finds nothing left to fire."""
    timers = list(
        EscalationTimer.objects.to_fire(as_of)
        .filter(ticket=ticket)
        .select_related("level__policy", "clock__calendar_version")
        .order_by("level__policy_id", "level__number")
    )
    for timer in timers:
        timer.ticket = ticket
    facts = facts_of(ticket) if timers else {}
    fired = []
    for policy, due in groupby(timers, key=lambda timer: timer.level.policy):
        # One that was switched off in the meantime just goes.
        if policy.is_active:
            fired += _fire(ticket, list(due), facts, as_of)
    EscalationTimer.objects.filter(pk__in=[timer.pk for timer in timers]).delete()
    return fired


def _fire(
    ticket: Ticket, timers: Sequence[EscalationTimer], facts: dict[str, frozenset[str]], as_of: datetime
) -> list[Escalation]:
    """The due levels of one policy: those whose conditions fail are skipped, the highest of the rest acts."""
    claimed: list[tuple[EscalationTimer, Escalation]] = []
    for timer in timers:
        escalation = _claim(timer, facts, as_of)
        if escalation is not None:
            claimed.append((timer, escalation))
    acting = [(timer, row) for timer, row in claimed if row.outcome == Outcome.FIRED]
    for _timer, overtaken in acting[:-1]:
        overtaken.outcome = Outcome.OVERTAKEN
        overtaken.save(update_fields=["outcome"])
    if acting:
        _act(ticket, acting, as_of)
        keep_distance(acting[-1][0], after=as_of)
    return [row for _timer, row in claimed]


def _claim(timer: EscalationTimer, facts: dict[str, frozenset[str]], as_of: datetime) -> Escalation | None:
    """Insert the row that says "this level, this ticket, this episode"; None when somebody did before."""
    level = timer.level
    failed = failed_condition(level.policy.conditions, facts) or failed_condition(level.conditions, facts)
    escalation, is_first = Escalation.objects.get_or_create(
        ticket_id=timer.ticket_id,
        level=level,
        episode=timer.episode,
        defaults={
            "outcome": Outcome.SKIPPED if failed else Outcome.FIRED,
            "failed_condition": failed or "",
            "due_at": timer.due_at,
            "fired_at": as_of,
        },
    )
    return escalation if is_first else None


def _act(ticket: Ticket, acting: Sequence[tuple[EscalationTimer, Escalation]], as_of: datetime) -> None:
    timer, escalation = acting[-1]
    audience: dict[str, None] = {}
    for each, _row in acting:
        audience |= dict.fromkeys(audience_of(each.level.actions))
    data: dict[str, Any] = {
        "escalation": escalation.pk,
        "policy": timer.level.policy_id,
        "level": timer.level.number,
        "audience": list(audience),
    }
    raised = record(ticket, ESCALATION_RAISED, actor=None, cause=Cause.TIME, at=as_of, data=data)
    escalation.results = act(ticket, timer.level.actions, caused_by=raised, at=as_of)
    escalation.save(update_fields=["results"])
