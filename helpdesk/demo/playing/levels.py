"""The sweeps over a played ticket's promises: warned, broken, escalated, each at its own instant."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from escalation.conditions import failed_condition
from escalation.kinds import ESCALATION_RAISED, SLA_BREACHED, SLA_WARNED
from escalation.models import Clock, Escalation
from escalation.models.clock import ClockState
from escalation.services.acting import audience_of
from escalation.services.clocking import late_cause
from helpdesk.demo.playing.acting import Acting
from helpdesk.demo.playing.performance import Performance, Timer
from helpdesk.demo.playing.promises import is_moving, show
from helpdesk.demo.playing.telling import people_in
from tickets.events import Cause
from tickets.models import Priority, TicketEvent

Outcome = Escalation.Outcome


class Levels:
    def __init__(self, acting: Acting) -> None:
        self.acting = acting

    def sweep(self, play: Performance, at: datetime) -> None:
        """As `sweep_clocks` and then `fire_due_levels` do."""
        for clock in play.clocks:
            if _runs(clock) and clock.due_at is not None and clock.due_at <= at:
                self._breach(play, clock, clock.due_at)
        for clock in play.clocks:
            if _runs(clock) and clock.warned_at is None and clock.warning_at is not None and clock.warning_at <= at:
                clock.warned_at = clock.warning_at
                self._record(play, SLA_WARNED, clock, clock.warning_at)
        self._fire(play, at)

    def _breach(self, play: Performance, clock: Clock, at: datetime) -> None:
        clock.state, clock.breached_at, clock.found_at = ClockState.BREACHED, at, at
        clock.breach_cause = str(late_cause(play.ticket))
        show(play)
        self._record(play, SLA_BREACHED, clock, at, cause=clock.breach_cause)

    def _record(self, play: Performance, kind: str, clock: Clock, at: datetime, **more: str) -> None:
        data = {"clock": clock.pk, "metric": clock.metric} | more
        self.acting.record(play, kind, cause=Cause.TIME, at=at, data=data)

    def _fire(self, play: Performance, at: datetime) -> None:
        due = [timer for timer in play.timers if timer.due_at <= at]
        play.timers = [timer for timer in play.timers if timer not in due]
        due.sort(key=lambda timer: (timer.level.policy_id, timer.level.number))
        for _policy, timers in groupby(due, key=lambda timer: timer.level.policy_id):
            claimed = [(timer, self._claim(play, timer, at)) for timer in timers]
            acting = [(timer, row) for timer, row in claimed if row.outcome == Outcome.FIRED]
            for _timer, overtaken in acting[:-1]:
                overtaken.outcome = Outcome.OVERTAKEN
            if acting:
                self._act(play, acting, at)
                self.acting.promises.keep_distance(play, acting[-1][0], after=at)

    def _claim(self, play: Performance, timer: Timer, at: datetime) -> Escalation:
        failed = failed_condition(timer.level.conditions, play.facts())
        row = Escalation(
            ticket=play.ticket,
            level=timer.level,
            episode=timer.episode,
            outcome=Outcome.SKIPPED if failed else Outcome.FIRED,
            failed_condition=failed or "",
            due_at=timer.due_at,
            fired_at=at,
        )
        play.escalations.append(self.acting.rows.add(row))
        return row

    def _act(self, play: Performance, acting: Sequence[tuple[Timer, Escalation]], at: datetime) -> None:
        timer, escalation = acting[-1]
        audience = dict.fromkeys(who for each, _row in acting for who in audience_of(each.level.actions))
        data = {
            "escalation": escalation.pk,
            "policy": timer.level.policy_id,
            "level": timer.level.number,
            "audience": list(audience),
        }
        raised = self.acting.record(play, ESCALATION_RAISED, cause=Cause.TIME, at=at, data=data)
        for action in timer.level.actions:
            self._do(play, action, raised, at)
            escalation.results.append({"do": action["do"], "ok": True})

    def _do(self, play: Performance, action: dict, raised: TicketEvent, at: datetime) -> None:
        match action["do"]:
            case "raise_priority":
                to = min(play.ticket.priority + 1, Priority.CRITICAL)
                self.acting.change_priority(play, to, at, by=None, cause=Cause.ESCALATION, caused_by=raised)
            case "reassign":
                self.acting.reassign(play, raised, at)
            case "add_watcher":
                for user in people_in(play.ticket, action["who"], self.acting.desk):
                    self.acting.watch(play, user, Cause.ESCALATION, raised, at)


def _runs(clock: Clock) -> bool:
    return clock.state == ClockState.RUNNING and is_moving(clock)
