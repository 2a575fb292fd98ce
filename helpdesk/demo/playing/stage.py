"""The play: every act of every ticket at its instant, in the order of time, because each weighs on the next decision."""

import heapq
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection

from escalation.models import Clock, Escalation, EscalationTimer, Metric
from helpdesk.core.text import single_line
from helpdesk.demo.cast import CUSTOMERS
from helpdesk.demo.playing.acting import Acting
from helpdesk.demo.playing.facts import Desk, read_desk
from helpdesk.demo.playing.levels import Levels
from helpdesk.demo.playing.performance import Performance
from helpdesk.demo.playing.promises import is_moving
from helpdesk.demo.playing.rows import Rows
from helpdesk.demo.playing.telling import leave_unread
from helpdesk.demo.script import Script
from helpdesk.demo.timing import delays
from notifications.models import Notification
from tickets.events import Cause
from tickets.lifecycle import ACTIONABLE, Status
from tickets.models import (
    AgentLoad,
    AssignmentDecision,
    Message,
    Prediction,
    Priority,
    RoutingRule,
    Tag,
    Ticket,
    TicketEvent,
    Watcher,
)
from tickets.services.needing import needs_of_many

_NAMESPACE = uuid.UUID("0d6c3f5e-3b0a-4a86-9d0b-6f2f0f1f4c11")
# A sweep finds within this time that somebody who is gone has something that will be due.
_SWEPT_AFTER = timedelta(seconds=10)
# What happens at the same instant: promises first.
_PROMISE, _ACT, _SWEEP = range(3)

Act = Callable[[Performance, datetime], None]


def play(scripts: Sequence[tuple[Script, datetime]], *, as_of: datetime) -> list[Performance]:
    """Play and write them. Needs the people and the teams; the tables of tickets must be at rest."""
    since = min((at for _script, at in scripts), default=as_of)
    return _Stage(read_desk(since=since), as_of).run(scripts)


class _Stage:
    def __init__(self, desk: Desk, as_of: datetime) -> None:
        self.desk = desk
        self.as_of = as_of
        self.rows = Rows()
        self.acting = Acting(desk, self.rows)
        self.levels = Levels(self.acting)
        self._agenda: list[tuple[datetime, int, int, Act, Performance]] = []
        self._count = 0

    def run(self, scripts: Sequence[tuple[Script, datetime]]) -> list[Performance]:
        performances = self._prepared(scripts)
        for performance in performances:
            self._at(performance.ticket.opened_at, _ACT, self._open, performance)
        while self._agenda:
            at, _rank, _count, act, performance = heapq.heappop(self._agenda)
            act(performance, at)
        leave_unread(self.rows.of(Notification), as_of=self.as_of)
        self._write(performances)
        return performances

    def _prepared(self, scripts: Sequence[tuple[Script, datetime]]) -> list[Performance]:
        """The tickets as they will be opened, and what each needs of its agent: two queries for all."""
        routes = {rule.category_id: self.desk.teams[rule.team_id] for rule in _rules()}
        tickets = [self._ticket(script, at, routes) for script, at in scripts]
        needs = needs_of_many(tickets, at=self.as_of) if tickets else []
        found = [
            Performance(script, ticket, each)
            for (script, _at), ticket, each in zip(scripts, tickets, needs, strict=True)
        ]
        for performance in found:
            performance.delays = self._delays(performance)
        return found

    def _ticket(self, script: Script, at: datetime, routes: dict) -> Ticket:
        category = self.desk.categories[script.category] if script.category else None
        wanted = Priority.from_slug(script.priority)
        requester = self.desk.by_email[CUSTOMERS[script.customer][1]]
        return Ticket(
            title=single_line(script.title),
            public_id=uuid.uuid5(_NAMESPACE, script.title),
            category=category,
            priority=min(wanted, Priority.HIGH),
            requested_priority=wanted,
            channel=script.channel,
            requester=requester,
            organisation=requester.organisation,
            team=routes.get(category.pk if category else None, self.desk.general),
            opened_at=at,
            updated_at=at,
            last_customer_message_at=at,
        )

    def _delays(self, performance: Performance) -> list[timedelta]:
        terms = self.acting.promises.terms_for(performance)
        targets = terms.targets if terms is not None else {}
        return delays(
            performance.script,
            available=self.as_of - performance.ticket.opened_at,
            first_target=targets.get(Metric.FIRST_RESPONSE, 3600),
            resolution_target=targets.get(Metric.RESOLUTION, 86400),
        )

    def _open(self, performance: Performance, at: datetime) -> None:
        self.acting.open(performance, at)
        self._next_turn(performance, at)
        self._settle(performance, at)

    def _turn(self, performance: Performance, at: datetime) -> None:
        turns = performance.script.turns
        position = performance.position
        performance.position += 1
        self.acting.do(performance, turns[position], at, is_last=performance.position == len(turns))
        self._next_turn(performance, at)
        self._settle(performance, at)

    def _next_turn(self, performance: Performance, at: datetime) -> None:
        if performance.position < len(performance.delays):
            self._at(at + performance.delays[performance.position], _ACT, self._turn, performance)
        elif not performance.script.is_open and performance.ticket.is_unresolved:
            self._at(at + timedelta(minutes=9), _ACT, self._resolve, performance)

    def _resolve(self, performance: Performance, at: datetime) -> None:
        self.acting.resolve(performance, at)
        self._settle(performance, at)

    def _close(self, performance: Performance, at: datetime) -> None:
        ticket = performance.ticket
        if ticket.status == Status.RESOLVED and ticket.closes_at == at:
            self.acting.close(performance, at)

    def _settle(self, performance: Performance, at: datetime) -> None:
        """After each act: what its promises and its agent's hours will make of it."""
        self.acting.tell(performance)
        ticket = performance.ticket
        performance.alarm += 1
        if (next_at := self._next_alarm(performance)) is not None:
            self._at(max(next_at, at), _PROMISE, partial(self._ring, performance.alarm), performance)
        if ticket.closes_at is not None:
            self._at(ticket.closes_at, _SWEEP, self._close, performance)
        self._watch(performance, at)

    def _watch(self, performance: Performance, at: datetime) -> None:
        """Look again when its agent goes, now or after the next shift."""
        ticket = performance.ticket
        if ticket.status in ACTIONABLE and ticket.assignee_id is not None:
            free = self.desk.person(ticket.assignee_id, ticket.team_id).availability
            goes_at = free.shift_ends(at) or at + _SWEPT_AFTER
            self._at(goes_at, _SWEEP, partial(self._leave, performance.alarm), performance)

    def _leave(self, alarm: int, performance: Performance, at: datetime) -> None:
        """As `tickets.services.handing_over` does: what is due before its agent is back goes to somebody at work."""
        ticket = performance.ticket
        if alarm != performance.alarm or ticket.assignee_id is None:
            return
        free = self.desk.person(ticket.assignee_id, ticket.team_id).availability
        back_at = free.next_start(at)
        is_due = ticket.next_due_at is not None and (back_at is None or ticket.next_due_at < back_at)
        cause = Cause.ABSENCE if free.is_absent(at) else Cause.SHIFT_ENDED
        if is_due and not free.is_on_shift(at) and self.acting.hand_over(performance, cause, at):
            self._settle(performance, at)
        elif back_at is not None:
            self._watch(performance, back_at)

    def _next_alarm(self, performance: Performance) -> datetime | None:
        clocks = [clock for clock in performance.clocks if is_moving(clock) and clock.state == Clock.State.RUNNING]
        instants = [clock.due_at for clock in clocks] + [timer.due_at for timer in performance.timers]
        instants += [clock.warning_at for clock in clocks if clock.warned_at is None]
        return min((instant for instant in instants if instant is not None), default=None)

    def _ring(self, alarm: int, performance: Performance, at: datetime) -> None:
        if alarm == performance.alarm:
            self.levels.sweep(performance, at)
            self._settle(performance, at)

    def _at(self, at: datetime, rank: int, act: Act, performance: Performance) -> None:
        """Nothing happens after the curtain: that is for the living product."""
        if at <= self.as_of:
            self._count += 1
            heapq.heappush(self._agenda, (at, rank, self._count, act, performance))

    def _write(self, performances: Sequence[Performance]) -> None:
        for performance in performances:
            for timer in performance.timers:
                row = EscalationTimer(ticket=performance.ticket, level=timer.level, clock=timer.clock)
                row.episode, row.due_at = timer.episode, timer.due_at
                self.rows.add(row)
        for load in self.acting.loads.values():
            self.rows.add(load)
        self.rows.write(
            Ticket, Message, TicketEvent, Prediction, AssignmentDecision, Clock, EscalationTimer, Escalation, Watcher, Tag,
            Ticket.tags.through, Notification, AgentLoad,
        )  # fmt: skip
        events = self.rows.of(TicketEvent)
        with connection.cursor() as cursor:
            cursor.execute(_HANDLED, [[event.pk for event in events]])


# The relay has handed them on already.
_HANDLED = """
    INSERT INTO tickets_outboxentry (event_id, position, attempts, last_error)
    SELECT event_id, rank, 1, '' FROM unnest(%s::bigint[]) WITH ORDINALITY AS handled (event_id, rank)
"""


def _rules() -> Sequence[RoutingRule]:
    """Those that look at nothing but the category, which is all that the demo has."""
    return list(RoutingRule.objects.filter(priority=None, organisation=None).order_by("-position", "-pk"))
