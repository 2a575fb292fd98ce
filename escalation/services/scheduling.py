"""Timers of levels: made when their clock or anchor begins, made anew when it moves, dropped when it stands still.

A level that has fired in an episode never gets a timer in it again. The next one keeps its distance to it, in working
time, however short the targets are and however late it fired.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from escalation.conditions import failed_condition
from escalation.deadlines import level_due
from escalation.matching import facts_of
from escalation.models import Anchor, Clock, EscalationLevel, EscalationTimer
from escalation.models.clock import ClockState
from escalation.services.clocking import running_of
from helpdesk.core.configuration import Remembered
from helpdesk.core.statements import insert, insertion, rows, saved
from teams.working_time import NeverOpen, WorkingCalendar
from tickets.models import Ticket, TicketEvent

_MOVING = frozenset({ClockState.RUNNING, ClockState.BREACHED})


@dataclass(frozen=True, slots=True)
class _Plan:
    """When a level would be due if there were no level before it."""

    level: EscalationLevel
    episode: str
    due_at: datetime
    calendar: WorkingCalendar
    clock: Clock | None = None


def schedule_for_clocks(ticket: Ticket, clocks: Sequence[Clock], facts: dict[str, frozenset[str]]) -> None:
    """Timers for every level that counts from one of these clocks. Three queries, none without a moving clock."""
    _schedule(ticket, _plans(clocks, facts))


def start_with_timers(ticket: Ticket, clocks: Sequence[Clock], facts: dict[str, frozenset[str]]) -> None:
    """Save a ticket's first clocks, each of another metric, with the timers that count from them. One statement."""
    if not clocks:
        return
    timers = _spaced(_plans(clocks, facts), fired={})
    insert, values = insertion(clocks)
    columns = [
        [plan.level.anchor for plan, _due in timers],
        [plan.level.pk for plan, _due in timers],
        [due for _plan, due in timers],
    ]
    keys = {metric: pk for pk, metric in rows(_START.format(insert=insert), *values, ticket.pk, *columns)}
    for clock in clocks:
        clock.pk = keys[clock.metric]
        saved(clock)


_START = """
    WITH clock AS ({insert} RETURNING id, metric),
         timer AS (INSERT INTO escalation_escalationtimer (ticket_id, level_id, clock_id, episode, due_at)
                   SELECT %s, plan.level_id, clock.id, 'clock:' || clock.id, plan.due_at
                     FROM unnest(%s::text[], %s::bigint[], %s::timestamptz[]) AS plan (metric, level_id, due_at)
                     JOIN clock USING (metric)
                   ON CONFLICT DO NOTHING)
    SELECT id, metric FROM clock
"""


def schedule_anchored(ticket: Ticket, anchors: Collection[str], event: TicketEvent) -> None:
    """Timers for levels that count from an event instead of a clock; those of an earlier event are dropped."""
    levels = _levels_that_count_from(anchors)
    if not levels:
        return
    drop_anchored(ticket, {level.anchor for level in levels})
    facts = facts_of(ticket)
    calendar = ticket.team.working_calendar()
    plans = [
        _Plan(level, _episode(level, event), calendar.add(event.at, level.offset_seconds or 0), calendar)
        for level in levels
        if _may_fire(level, facts)
    ]
    for anchor in anchors:
        _schedule(ticket, [plan for plan in plans if plan.level.anchor == anchor])


def keep_distance(timer: EscalationTimer, *, after: datetime) -> None:
    """The levels that follow one which fired just now wait for it, also when it fired late."""
    level = timer.level
    calendar = timer.ticket.team.working_calendar() if timer.clock is None else running_of(timer.clock).calendar
    following = EscalationTimer.objects.filter(
        ticket=timer.ticket, level__policy=level.policy, level__number__gt=level.number
    )
    earliest = after
    for later in following.order_by("level__number"):
        earliest = calendar.add(earliest, level.policy.level_distance_seconds)
        if later.due_at < earliest:
            later.due_at = earliest
            later.save(update_fields=["due_at"])
        earliest = later.due_at


def drop_timers(clock: Clock) -> None:
    """What has not fired does not fire: the clock stands still, or runs to another deadline."""
    EscalationTimer.objects.filter(clock=clock).delete()


def drop_anchored(ticket: Ticket, anchors: Collection[str] | None = None) -> None:
    timers = EscalationTimer.objects.filter(ticket=ticket, clock=None)
    (timers if anchors is None else timers.filter(level__anchor__in=anchors)).delete()


def _plans(clocks: Sequence[Clock], facts: dict[str, frozenset[str]]) -> list[_Plan]:
    moving = {clock.metric: clock for clock in clocks if _is_moving(clock)}
    plans = []
    for level in _levels_that_count_from(moving):
        # One that is not reached within twenty years is no reason to promise nothing.
        with suppress(NeverOpen):
            plans += [_plan(level, moving[level.anchor])] if _may_fire(level, facts) else []
    return plans


def _levels_that_count_from(anchors: Collection[str]) -> list[EscalationLevel]:
    return [level for level in _active_levels() if level.anchor in anchors] if anchors else []


def _load_levels() -> Sequence[EscalationLevel]:
    """Those of active policies, in the order in which a policy climbs them."""
    levels = EscalationLevel.objects.filter(policy__is_active=True).select_related("policy")
    return list(levels.order_by("policy_id", "number"))


# Shared: never change one.
_active_levels = Remembered("promises", _load_levels)


def _episode(level: EscalationLevel, event: TicketEvent) -> str:
    return f"ticket:{event.ticket_id}" if level.anchor == Anchor.OPENED else f"event:{event.pk}"


def _schedule(ticket: Ticket, plans: Sequence[_Plan]) -> None:
    if not plans:
        return
    # Of a ticket that was opened just now nothing has fired.
    before = rows(_FIRED, ticket.pk) if ticket.version > 1 else []
    fired = {(level, episode): at for level, episode, at in before}
    timers = [
        EscalationTimer(ticket=ticket, level=plan.level, clock=plan.clock, episode=plan.episode, due_at=due)
        for plan, due in _spaced(plans, fired=fired)
    ]
    insert(*timers, unless_there=True)


def _spaced(plans: Sequence[_Plan], *, fired: Mapping[tuple[int, str], datetime]) -> list[tuple[_Plan, datetime]]:
    """What has not fired and when it is due, each at its distance from the level before it in its policy."""
    timers: list[tuple[_Plan, datetime]] = []
    earliest: dict[int, datetime] = {}
    for plan in plans:
        policy = plan.level.policy
        due = max(plan.due_at, earliest.get(policy.pk, plan.due_at))
        fired_at = fired.get((plan.level.pk, plan.episode))
        if fired_at is None:
            timers.append((plan, due))
        earliest[policy.pk] = plan.calendar.add(max(due, fired_at or due), policy.level_distance_seconds)
    return timers


_FIRED = "SELECT level_id, episode, fired_at FROM escalation_escalation WHERE ticket_id = %s"


def _plan(level: EscalationLevel, clock: Clock) -> _Plan:
    running = running_of(clock)
    due = level_due(
        running, clock.target_seconds, offset_percent=level.offset_percent, offset_seconds=level.offset_seconds
    )
    return _Plan(level, f"clock:{clock.pk}", due, running.calendar, clock)


def _is_moving(clock: Clock) -> bool:
    return clock.state in _MOVING and clock.stopped_at is None and clock.paused_at is None


def _may_fire(level: EscalationLevel, facts: dict[str, frozenset[str]]) -> bool:
    """Whether its policy is for this ticket. The level's own conditions count when it is due."""
    return failed_condition(level.policy.conditions, facts) is None
