"""The clocks and the levels of a played ticket. The arithmetic is escalation's own; only the rows wait in memory."""

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import partial

from escalation.conditions import failed_condition
from escalation.deadlines import level_due
from escalation.matching import Terms, terms_for
from escalation.models import Clock, EscalationLevel, Metric
from escalation.models.clock import BreachCause, ClockState
from escalation.services.clocking import (
    calendar_for,
    cancel_clock,
    pause_clock,
    resume_clock,
    running_of,
    stop_clock,
    take_terms,
)
from helpdesk.demo.playing.facts import Desk
from helpdesk.demo.playing.performance import Performance, Timer
from helpdesk.demo.playing.rows import Rows
from teams.models import CalendarVersion
from tickets.events import Cause, EventKind
from tickets.models import TicketEvent

OPEN_STATES = (ClockState.RUNNING, ClockState.PAUSED)
RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)


class Promises:
    """What `escalation.services.following_facts.follow` does with a fact."""

    def __init__(self, desk: Desk, rows: Rows) -> None:
        self.desk = desk
        self.rows = rows
        self._versions: dict[int, CalendarVersion] = {}

    def follow(self, play: Performance, event: TicketEvent) -> None:
        """A promise that the fact breaks at once waits in `play.broken` to be recorded."""
        match event.kind:
            case EventKind.OPENED:
                self._begin(play, [Metric.FIRST_RESPONSE, Metric.RESOLUTION], at=event.at)
            case EventKind.REPLIED if event.data["by_staff"]:
                self._stop(play, play.clocks_of(*RESPONSES), at=event.at)
            case EventKind.REPLIED:
                self._ask(play, at=event.at)
            case EventKind.PENDED:
                for clock in play.clocks_of(Metric.RESOLUTION):
                    pause_clock(clock, at=event.at)
                    self._drop(play, clock)
            case EventKind.RESUMED | EventKind.REOPENED:
                self._go_on(play, at=event.at)
            case EventKind.RESOLVED:
                self._stop(play, play.clocks_of(Metric.RESOLUTION), at=event.at)
                for clock in play.clocks_of(*RESPONSES):
                    cancel_clock(clock, at=event.at)
                    self._drop(play, clock)
            case EventKind.PRIORITY_CHANGED | EventKind.CATEGORY_CHANGED if event.cause != Cause.ESCALATION:
                self._retarget(play, event)
        show(play)

    def terms_for(self, play: Performance) -> Terms | None:
        return terms_for(play.ticket, play.facts(), self.desk.policies)

    def schedule(self, play: Performance, clocks: Iterable[Clock]) -> None:
        """As `escalation.services.scheduling.schedule_for_clocks` does."""
        moving = {clock.metric: clock for clock in clocks if is_moving(clock)}
        facts = play.facts()
        fired = {(each.level_id, each.episode): each.fired_at for each in play.escalations}
        earliest: dict[int, datetime] = {}
        for level in self.desk.levels:
            clock = moving.get(level.anchor)
            if clock is None or failed_condition(level.policy.conditions, facts) is not None:
                continue
            running, policy = running_of(clock), level.policy
            due = _due(level, clock)
            due = max(due, earliest.get(policy.pk, due))
            fired_at = fired.get((level.pk, _episode(clock)))
            if fired_at is None:
                self._wait_for(play, level, clock, due)
            earliest[policy.pk] = running.calendar.add(max(due, fired_at or due), policy.level_distance_seconds)

    def keep_distance(self, play: Performance, timer: Timer, *, after: datetime) -> None:
        calendar = running_of(timer.clock).calendar
        earliest = after
        policy = timer.level.policy
        later = [each for each in play.timers if each.level.policy == policy and each.level.number > timer.level.number]
        for each in sorted(later, key=lambda each: each.level.number):
            earliest = calendar.add(earliest, policy.level_distance_seconds)
            each.due_at = earliest = max(each.due_at, earliest)

    def _begin(self, play: Performance, metrics: Collection[str], *, at: datetime, cycle: int = 1) -> None:
        terms = self.terms_for(play)
        if terms is None:
            return
        version = self._version(play, terms)
        begun = []
        for metric in metrics:
            if metric in terms.targets:
                clock = Clock(
                    ticket=play.ticket, metric=str(metric), cycle=cycle, calendar_version=version, started_at=at
                )
                # The verbs of escalation save what they change: here the row is written once, at the end.
                clock.save = partial(_later, clock)  # type: ignore[method-assign]
                take_terms(clock, terms)
                running = running_of(clock)
                clock.due_at = running.reaches(clock.target_seconds)
                clock.warning_at = running.reaches(clock.warning_seconds)
                begun.append(self.rows.add(clock))
        play.clocks += begun
        self.schedule(play, begun)

    def _version(self, play: Performance, terms: Terms) -> CalendarVersion:
        calendar = calendar_for(play.ticket, terms)
        if calendar.pk not in self._versions:
            version = self._versions[calendar.pk] = calendar.current_version()
            hours = version.working_calendar()
            version.working_calendar = lambda: hours  # type: ignore[method-assign]
        return self._versions[calendar.pk]

    def _ask(self, play: Performance, *, at: datetime) -> None:
        """After the first response each question begins a cycle of the next one."""
        cycles = play.clocks_of(Metric.NEXT_RESPONSE)
        first = play.clocks_of(Metric.FIRST_RESPONSE)
        if all(clock.stopped_at for clock in first) and not any(clock.stopped_at is None for clock in cycles):
            self._begin(play, [Metric.NEXT_RESPONSE], at=at, cycle=len(cycles) + 1)

    def _stop(self, play: Performance, clocks: Iterable[Clock], *, at: datetime) -> None:
        for clock in clocks:
            stop_clock(clock, at=at)
            self._drop(play, clock)

    def _go_on(self, play: Performance, *, at: datetime) -> None:
        clocks = play.clocks_of(Metric.RESOLUTION)
        for clock in clocks:
            resume_clock(clock, at=at)
        self.schedule(play, clocks)

    def _retarget(self, play: Performance, event: TicketEvent) -> None:
        terms = self.terms_for(play)
        for clock in play.clocks:
            if clock.state in OPEN_STATES and take_terms(clock, terms):
                self._run_on(play, clock, event)
            self._drop(play, clock)
        self.schedule(play, play.clocks)

    def _run_on(self, play: Performance, clock: Clock, event: TicketEvent) -> None:
        """One whose deadline is past by the new terms breaks at this instant."""
        running = running_of(clock)
        if running.elapsed(event.at, paused_at=clock.paused_at) >= clock.target_seconds:
            is_priority = event.kind == EventKind.PRIORITY_CHANGED
            cause = BreachCause.PRIORITY_CHANGED if is_priority else BreachCause.POLICY_CHANGED
            clock.state, clock.breach_cause = ClockState.BREACHED, str(cause)
            clock.due_at = clock.breached_at = clock.found_at = event.at
            play.broken.append(clock)
        elif clock.state == ClockState.RUNNING:
            clock.due_at, clock.warning_at = (
                running.reaches(clock.target_seconds),
                running.reaches(clock.warning_seconds),
            )

    def _wait_for(self, play: Performance, level: EscalationLevel, clock: Clock, due: datetime) -> None:
        if all((each.level.pk, each.clock) != (level.pk, clock) for each in play.timers):
            play.timers.append(Timer(level, clock, due))

    def _drop(self, play: Performance, clock: Clock) -> None:
        play.timers = [timer for timer in play.timers if timer.clock is not clock]


def show(play: Performance) -> None:
    """As `escalation.services.promising.show_promises` does."""
    ticket, clocks = play.ticket, play.clocks
    ticket.first_response_due_at = _latest(clock.due_at for clock in play.clocks_of(Metric.FIRST_RESPONSE))
    ticket.resolution_due_at = _latest(clock.due_at for clock in play.clocks_of(Metric.RESOLUTION))
    ticket.next_due_at = _earliest(clock.due_at for clock in clocks if is_moving(clock))
    ticket.next_warning_at = _earliest(clock.warning_at for clock in clocks if clock.state == ClockState.RUNNING)
    ticket.breached_at = _earliest(clock.breached_at for clock in clocks)


def is_moving(clock: Clock) -> bool:
    moves = clock.state in (ClockState.RUNNING, ClockState.BREACHED)
    return moves and clock.stopped_at is None and clock.paused_at is None


def _due(level: EscalationLevel, clock: Clock) -> datetime:
    return level_due(
        running_of(clock),
        clock.target_seconds,
        offset_percent=level.offset_percent,
        offset_seconds=level.offset_seconds,
    )


def _episode(clock: Clock) -> str:
    return f"clock:{clock.pk}"


def _later(_clock: Clock, **_options: object) -> None:
    """Nothing: the row is written with all others."""


def _latest(instants: Iterable[datetime | None]) -> datetime | None:
    return max((instant for instant in instants if instant is not None), default=None)


def _earliest(instants: Iterable[datetime | None]) -> datetime | None:
    return min((instant for instant in instants if instant is not None), default=None)
