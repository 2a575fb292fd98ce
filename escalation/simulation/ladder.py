"""Timers of levels in memory: the same order, distances and outcomes as `services.scheduling` and `services.firing`."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from escalation.models import Anchor
from escalation.models.escalation import Escalation
from escalation.simulation.clock import PlayedClock
from escalation.simulation.rules import Level, Rules, failed, fits
from escalation.simulation.story import Happened
from teams.working_time import NeverOpen, WorkingCalendar

FIRED, SKIPPED, OVERTAKEN = (outcome.value for outcome in Escalation.Outcome)
_IN_ORDER = attrgetter("level.policy", "level.number")

# What a level counts from: the clock, by what it is, or the event that it counts from.
Episode = tuple[str, int]


@dataclass(slots=True)
class Timer:
    level: Level
    episode: Episode
    due_at: datetime
    hours: WorkingCalendar
    clock: PlayedClock | None = None


@dataclass(slots=True)
class Firing:
    level: int
    policy: int
    number: int
    episode: Episode
    outcome: str
    due_at: datetime
    fired_at: datetime
    messages: int
    calls: int


class Ladder:
    def __init__(self, rules: Rules, firings: list[Firing]) -> None:
        self._rules, self._firings = rules, firings
        self._timers: dict[tuple[int, Episode], Timer] = {}
        self._fired: dict[tuple[int, Episode], datetime] = {}
        self._now: datetime | None = None

    def schedule_for_clocks(self, clocks: Sequence[PlayedClock], facts: dict[str, frozenset[str]]) -> None:
        moving = {clock.metric: clock for clock in clocks if clock.is_moving}
        plans = []
        for level in self._rules.levels:
            clock = moving.get(level.anchor)
            if clock is not None and fits(level.policy_conditions, facts):
                with suppress(NeverOpen):
                    plans.append(Timer(level, (clock.metric, clock.cycle), _due(level, clock), clock.hours, clock))
        self._schedule(plans)

    def schedule_anchored(
        self, anchor: str, event: Happened, hours: WorkingCalendar, facts: dict[str, frozenset[str]]
    ) -> None:
        self.drop_anchored(anchor)
        episode = (anchor, 0 if anchor == Anchor.OPENED else event.pk)
        self._schedule(
            [
                Timer(level, episode, hours.add(event.at, level.offset_seconds), hours)
                for level in self._rules.by_anchor[anchor]
                if fits(level.policy_conditions, facts)
            ]
        )

    def drop(self, clock: PlayedClock) -> None:
        self._timers = {key: timer for key, timer in self._timers.items() if timer.clock is not clock}

    def drop_anchored(self, anchor: str | None = None) -> None:
        self._timers = {
            key: timer
            for key, timer in self._timers.items()
            if timer.clock is not None or anchor not in (None, timer.level.anchor)
        }

    def pass_time(self, until: datetime, facts: dict[str, frozenset[str]], *, is_end: bool = False) -> None:
        while self._timers:
            earliest = min(timer.due_at for timer in self._timers.values())
            if earliest > until or (earliest == until and not is_end):
                break
            self._fire(max(earliest, self._now or earliest), facts)
        self._now = until

    def _fire(self, at: datetime, facts: dict[str, frozenset[str]]) -> None:
        """What one sweep at this instant does: of each policy the highest level that is due acts."""
        due = sorted((timer for timer in self._timers.values() if timer.due_at <= at), key=_IN_ORDER)
        acting: dict[int, tuple[Timer, Firing]] = {}
        for timer in due:
            level = timer.level
            del self._timers[level.pk, timer.episode]
            is_skipped = failed(level.policy_conditions, facts) or failed(level.conditions, facts)
            firing = Firing(
                level.pk,
                level.policy,
                level.number,
                timer.episode,
                SKIPPED if is_skipped else FIRED,
                timer.due_at,
                at,
                0 if is_skipped else level.messages,
                0 if is_skipped else level.calls,
            )
            self._fired[level.pk, timer.episode] = at
            self._firings.append(firing)
            if is_skipped:
                continue
            if level.policy in acting:
                lower = acting[level.policy][1]
                # Whom it would have told hears it from the higher one; what else it would have done is not done.
                lower.outcome, lower.calls = OVERTAKEN, 0
            acting[level.policy] = (timer, firing)
        for timer, _firing in acting.values():
            self._keep_distance(timer, at)

    def _keep_distance(self, fired: Timer, after: datetime) -> None:
        earliest = after
        following = [
            timer
            for timer in self._timers.values()
            if timer.level.policy == fired.level.policy and timer.level.number > fired.level.number
        ]
        for timer in sorted(following, key=_IN_ORDER):
            earliest = fired.hours.add(earliest, fired.level.distance)
            timer.due_at = max(timer.due_at, earliest)
            earliest = timer.due_at

    def _schedule(self, plans: Sequence[Timer]) -> None:
        earliest: dict[int, datetime] = {}
        for plan in plans:
            level = plan.level
            due = max(plan.due_at, earliest.get(level.policy, plan.due_at))
            fired_at = self._fired.get((level.pk, plan.episode))
            if fired_at is None:
                plan.due_at = due
                self._timers.setdefault((level.pk, plan.episode), plan)
            earliest[level.policy] = plan.hours.add(max(due, fired_at or due), level.distance)


def _due(level: Level, clock: PlayedClock) -> datetime:
    if level.offset_percent is not None:
        return clock.reaches(clock.target * level.offset_percent // 100)
    return clock.reaches(clock.target + level.offset_seconds)
