"""Timers of levels: made when their clock or anchor begins, made anew when it moves, dropped when it stands still.

A level that has fired in an episode never gets a timer in it again.
"""

from collections.abc import Sequence
from datetime import datetime

from escalation.conditions import failed_condition
from escalation.deadlines import level_due
from escalation.models import Anchor, Clock, Escalation, EscalationLevel, EscalationPolicy, EscalationTimer
from escalation.models.clock import ClockState
from escalation.services.clocking import running_of
from tickets.models import Ticket, TicketEvent

_MOVING = frozenset({ClockState.RUNNING, ClockState.BREACHED})


def schedule_for_clocks(ticket: Ticket, clocks: Sequence[Clock], facts: dict[str, frozenset[str]]) -> None:
    """Timers for every level that counts from one of these clocks. Three queries, none without a moving clock."""
    moving = {clock.metric: clock for clock in clocks if _is_moving(clock)}
    if not moving:
        return
    levels = [level for level in _levels(facts) if level.anchor in moving]
    fired = _fired(ticket)
    timers: list[EscalationTimer] = []
    earliest: dict[int, datetime] = {}
    for level in levels:
        clock = moving[level.anchor]
        running = running_of(clock)
        due = level_due(
            running,
            clock.target_seconds,
            offset_percent=level.offset_percent,
            offset_seconds=level.offset_seconds,
        )
        # A level keeps its distance to the one before it, however short the targets are.
        due = max(due, earliest.get(level.policy_id, due))
        earliest[level.policy_id] = running.calendar.add(due, level.policy.level_distance_seconds)
        episode = f"clock:{clock.pk}"
        if (level.pk, episode) not in fired:
            timers.append(EscalationTimer(ticket=ticket, level=level, clock=clock, episode=episode, due_at=due))
    EscalationTimer.objects.bulk_create(timers, ignore_conflicts=True)


def schedule_anchored(ticket: Ticket, anchor: Anchor, event: TicketEvent) -> None:
    """Timers for levels that count from an event instead of a clock; those of an earlier event are dropped."""
    levels = list(
        EscalationLevel.objects.filter(anchor=anchor, policy__is_active=True)
        .select_related("policy")
        .order_by("policy_id", "number")
    )
    if not levels:
        return
    drop_anchored(ticket, anchor)
    calendar = ticket.team.working_calendar()
    episode = f"ticket:{ticket.pk}" if anchor == Anchor.OPENED else f"event:{event.pk}"
    fired = _fired(ticket)
    timers: list[EscalationTimer] = []
    earliest: dict[int, datetime] = {}
    for level in levels:
        due = calendar.add(event.at, level.offset_seconds or 0)
        due = max(due, earliest.get(level.policy_id, due))
        earliest[level.policy_id] = calendar.add(due, level.policy.level_distance_seconds)
        if (level.pk, episode) not in fired:
            timers.append(EscalationTimer(ticket=ticket, level=level, episode=episode, due_at=due))
    EscalationTimer.objects.bulk_create(timers, ignore_conflicts=True)


def drop_timers(clock: Clock) -> None:
    """What has not fired does not fire: the clock stands still, or runs to another deadline."""
    EscalationTimer.objects.filter(clock=clock).delete()


def drop_anchored(ticket: Ticket, anchor: Anchor | None = None) -> None:
    timers = EscalationTimer.objects.filter(ticket=ticket, clock=None)
    (timers if anchor is None else timers.filter(level__anchor=anchor)).delete()


def _is_moving(clock: Clock) -> bool:
    return clock.state in _MOVING and clock.stopped_at is None and clock.paused_at is None


def _levels(facts: dict[str, frozenset[str]]) -> list[EscalationLevel]:
    """The levels of every active policy that matches, ordered by policy and number."""
    policies = EscalationPolicy.objects.filter(is_active=True).prefetch_related("levels__policy")
    return [
        level
        for policy in policies.order_by("pk")
        if failed_condition(policy.conditions, facts) is None
        for level in policy.levels.all()
    ]


def _fired(ticket: Ticket) -> set[tuple[int, str]]:
    return set(Escalation.objects.filter(ticket=ticket).values_list("level_id", "episode"))
