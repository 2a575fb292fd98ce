"""Clocks start, pause, go on, stop and get another target. Each call has the ticket locked and happens at an instant.

A clock that was overdue before that instant breaches first, at its own deadline: a late sweep changes nothing.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.timezone import now

from escalation.deadlines import Running
from escalation.kinds import SLA_BREACHED
from escalation.matching import Terms
from escalation.models import Clock, Metric
from escalation.models.clock import BreachCause, ClockState
from escalation.pauses import Period
from helpdesk.core.statements import insert
from teams.everybody import set_up
from teams.models import Calendar, CalendarVersion
from tickets.events import Cause, record
from tickets.models import Ticket, TicketEvent

OPEN_STATES = frozenset({ClockState.RUNNING, ClockState.PAUSED})


def start_clocks(ticket: Ticket, terms: Terms, metrics: list[str], *, at: datetime, cycle: int = 1) -> list[Clock]:
    """Start one clock a metric that has a target."""
    clocks = new_clocks(ticket, terms, metrics, at=at, cycle=cycle)
    insert(*clocks)
    return clocks


def new_clocks(ticket: Ticket, terms: Terms, metrics: list[str], *, at: datetime, cycle: int = 1) -> list[Clock]:
    """One a metric that has a target, unsaved."""
    wanted = [metric for metric in metrics if metric in terms.targets]
    if not wanted:
        return []
    version = set_up().version_of(calendar_for(ticket, terms))
    running = Running(at, version.working_calendar())
    clocks = []
    for metric in wanted:
        target = terms.targets[metric]
        warning = target * terms.policy.warning_percent // 100
        clocks.append(
            Clock(
                ticket=ticket,
                metric=metric,
                cycle=cycle,
                policy=terms.policy,
                policy_version=terms.policy.version,
                why=terms.why,
                calendar_version=version,
                target_seconds=target,
                warning_seconds=warning,
                started_at=at,
                due_at=running.reaches(target),
                warning_at=running.reaches(warning),
            )
        )
    return clocks


def calendar_for(ticket: Ticket, terms: Terms) -> Calendar:
    """The policy's hours, else those of the customer's organisation, else the team's, else the default ones."""
    organisation = None if ticket.organisation is None else ticket.organisation.calendar_id
    return set_up().calendar(terms.policy.calendar_id or organisation or ticket.team.calendar_id)


def running_of(clock: Clock) -> Running:
    return Running(clock.started_at, clock.calendar_version.working_calendar(), clock.paused_seconds)


def pause_clock(clock: Clock, *, at: datetime) -> None:
    """Stand still from `at` on. A breached clock stands still as well: only its levels can tell."""
    settle(clock, at=at)
    if clock.stopped_at is not None or clock.paused_at is not None:
        return
    clock.paused_at = at
    if clock.state == ClockState.RUNNING:
        clock.state, clock.due_at, clock.warning_at = ClockState.PAUSED, None, None
    clock.save()


def resume_clock(
    clock: Clock, *, at: datetime, cause: str = BreachCause.LATE, caused_by: TicketEvent | None = None
) -> None:
    """Go on after a pause, or after the ticket was resolved: both count as time that did not pass.

    When no time is left it breaches at once, by `cause`.
    """
    still_since = clock.paused_at or clock.stopped_at
    if still_since is None or clock.state == ClockState.CANCELLED:
        return
    running = running_of(clock).with_pause(still_since, at)
    clock.paused_seconds, clock.paused_at, clock.stopped_at = running.paused_seconds, None, None
    if clock.state != ClockState.BREACHED:
        clock.state = ClockState.RUNNING
        _run_on(clock, running, at=at, cause=cause, caused_by=caused_by)
    clock.save()


def stop_clock(clock: Clock, *, at: datetime) -> None:
    """What was promised has happened: met, unless the deadline was before it. A breach keeps its instant."""
    settle(clock, at=at)
    if clock.stopped_at is not None or clock.state == ClockState.CANCELLED:
        return
    clock.stopped_at = at
    if clock.state in OPEN_STATES:
        clock.state, clock.warning_at = ClockState.MET, None
    clock.save()


def cancel_clock(clock: Clock, *, at: datetime) -> None:
    """The promise is void: what it was for can no longer happen. A breach stays, and is over."""
    settle(clock, at=at)
    if clock.stopped_at is not None:
        return
    clock.stopped_at = at
    if clock.state in OPEN_STATES:
        clock.state, clock.due_at, clock.warning_at = ClockState.CANCELLED, None, None
    clock.save()


def revive_clock(clock: Clock, *, at: datetime) -> None:
    """A promise that was void is owed again, with the time that passed meanwhile."""
    if clock.state != ClockState.CANCELLED:
        return
    clock.state, clock.stopped_at = ClockState.RUNNING, None
    _run_on(clock, running_of(clock), at=at, cause=late_cause(clock.ticket), caused_by=None)
    clock.save()


def retarget_clock(clock: Clock, terms: Terms | None, *, at: datetime, cause: str, caused_by: TicketEvent) -> None:
    """Another promise over the same start and history; `cause` is the breach's when the deadline is past by that."""
    settle(clock, at=at)
    if clock.state not in OPEN_STATES:
        return
    if not take_terms(clock, terms):
        cancel_clock(clock, at=at)
        return
    _run_on(clock, running_of(clock), at=at, cause=cause, caused_by=caused_by)
    clock.save()


def reapply_clock(
    clock: Clock,
    terms: Terms | None,
    version: CalendarVersion | None,
    pauses: Sequence[Period],
    *,
    at: datetime,
    caused_by: TicketEvent,
) -> None:
    """Today's policy and today's hours over the same start and history; see `under`."""
    settle(clock, at=at)
    if clock.state not in OPEN_STATES:
        return
    if version is None or not under(clock, terms, version, pauses):
        cancel_clock(clock, at=at)
        return
    _run_on(clock, running_of(clock), at=at, cause=BreachCause.POLICY_CHANGED, caused_by=caused_by)
    clock.save()


def under(clock: Clock, terms: Terms | None, version: CalendarVersion, pauses: Sequence[Period]) -> bool:
    """Put other terms and hours on an open clock, unsaved; its pauses are measured anew. False when nothing is promised."""
    if not take_terms(clock, terms):
        return False
    hours = version.working_calendar()
    closed = [(since, until) for since, until in pauses if since != clock.paused_at] if is_resolution(clock) else []
    clock.calendar_version = version
    clock.paused_seconds = sum(hours.working_seconds(max(since, clock.started_at), until) for since, until in closed)
    return True


def is_resolution(clock: Clock) -> bool:
    """The only promise that waits for the customer."""
    return clock.metric == Metric.RESOLUTION


def take_terms(clock: Clock, terms: Terms | None) -> bool:
    """Put other terms on the clock, unsaved. False when they promise nothing of its kind."""
    if terms is None or clock.metric not in terms.targets:
        return False
    clock.policy, clock.policy_version, clock.why = terms.policy, terms.policy.version, terms.why
    clock.target_seconds = terms.targets[clock.metric]
    clock.warning_seconds = clock.target_seconds * terms.policy.warning_percent // 100
    return True


def settle(clock: Clock, *, at: datetime) -> None:
    """Breach a running clock whose deadline lies before `at`, at that deadline."""
    if clock.state == ClockState.RUNNING and clock.due_at is not None and clock.due_at < at:
        _breach(clock, at=clock.due_at, cause=late_cause(clock.ticket), caused_by=None)
        clock.save()


def late_cause(ticket: Ticket) -> str:
    return BreachCause.LATE if ticket.assignee_id is not None else BreachCause.NOBODY_AVAILABLE


def _run_on(clock: Clock, running: Running, *, at: datetime, cause: str, caused_by: TicketEvent | None) -> None:
    """Set the deadline anew; one that is past already is a breach at this instant."""
    if running.elapsed(at, paused_at=clock.paused_at) >= clock.target_seconds:
        clock.due_at = at
        _breach(clock, at=at, cause=cause, caused_by=caused_by)
    elif clock.state == ClockState.RUNNING:
        clock.due_at, clock.warning_at = running.reaches(clock.target_seconds), running.reaches(clock.warning_seconds)


def _breach(clock: Clock, *, at: datetime, cause: str, caused_by: TicketEvent | None) -> None:
    clock.state, clock.breached_at, clock.breach_cause = ClockState.BREACHED, at, cause
    clock.found_at = now()
    record(
        clock.ticket,
        SLA_BREACHED,
        actor=None,
        cause=Cause.TIME,
        caused_by=caused_by,
        at=at,
        data={"clock": clock.pk, "metric": str(clock.metric), "cause": str(cause)},
    )
