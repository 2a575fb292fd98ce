"""Plays a ticket's history again: what `services.following_facts` does with rows, done with values.

Between two events the sweeps would have come by: promises that ran out are broken, levels that fell due have fired.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from escalation.models import Anchor, Metric
from escalation.models.clock import BreachCause
from escalation.simulation.clock import CANCELLED, LATE, NOBODY, RUNNING, PlayedClock
from escalation.simulation.ladder import Firing, Ladder
from escalation.simulation.rules import Promise, Rules, fits
from escalation.simulation.story import Happened, Story
from teams.working_time import NeverOpen
from tickets.events import Cause, EventKind
from tickets.lifecycle import ACTIONABLE, Status

FIRST, NEXT, RESOLUTION = Metric.FIRST_RESPONSE.value, Metric.NEXT_RESPONSE.value, Metric.RESOLUTION.value
_HUMAN_UPDATES = frozenset(
    {
        EventKind.OPENED,
        EventKind.REPLIED,
        EventKind.NOTED,
        EventKind.STARTED,
        EventKind.RESUMED,
        EventKind.REOPENED,
    }
)


@dataclass(slots=True)
class Played:
    """How a ticket's promises and levels end."""

    ticket: int
    number: int
    clocks: list[PlayedClock] = field(default_factory=list)
    firings: list[Firing] = field(default_factory=list)
    # That nobody would have been able to promise anything: the hours are never open long enough.
    is_impossible: bool = False

    @property
    def messages(self) -> int:
        """Warnings go to one person, breaches to two; levels as their actions say."""
        told = sum((clock.warned_at is not None) + 2 * (clock.breached_at is not None) for clock in self.clocks)
        return told + sum(firing.messages for firing in self.firings)


def replay(story: Story, rules: Rules, *, until: datetime) -> Played:
    player = _Player(story, rules)
    try:
        for event in story.events:
            if event.at > until:
                break
            player.happen(event)
        player.pass_time(until, is_end=True)
    except NeverOpen:
        player.played.is_impossible = True
    return player.played


class _Player:
    def __init__(self, story: Story, rules: Rules) -> None:
        self.story, self.rules = story, rules
        self.played = Played(story.ticket, story.number)
        self.clocks = self.played.clocks
        self.ladder = Ladder(rules, self.played.firings)
        self.status: str = Status.OPEN
        self.team = 0
        self.has_assignee = self.has_staff_said = False
        self.facts: dict[str, frozenset[str]] = {}
        self.tags: set[int] = set()
        self.changed: str | None = None
        self.resolved_at: datetime | None = None

    def happen(self, event: Happened) -> None:
        self.pass_time(event.at)
        data = event.data
        left = data.get("status", {}).get("before")
        self._note(event)
        handler = _HANDLERS.get(event.kind)
        if handler is None and left == Status.PENDING_CUSTOMER:
            handler = _Player._go_on
        if handler is not None:
            handler(self, event)
        if event.is_by_person and event.kind in _HUMAN_UPDATES and self.status in ACTIONABLE:
            self._anchor(Anchor.LAST_UPDATE, event)

    def pass_time(self, until: datetime, *, is_end: bool = False) -> None:
        """What the sweeps find before `until`; at the very end also what is due just then."""
        late = LATE if self.has_assignee else NOBODY
        for clock in self.clocks:
            due, warns = clock.due_at, clock.warning_at
            if clock.state != RUNNING or due is None:
                continue
            is_warned = warns is not None and clock.warned_at is None and warns < due
            if is_warned and warns is not None and (warns < until or (is_end and warns == until)):
                clock.warned_at = warns
            if due < until or (is_end and due == until):
                clock.breach(due, late)
        self.ladder.pass_time(until, self.facts, is_end=is_end)

    def _note(self, event: Happened) -> None:
        """What is true of the ticket from now on."""
        data, kind = event.data, event.kind
        self.status = data.get("status", {}).get("after", self.status)
        if kind == EventKind.OPENED:
            self.team = data["team"]
            self.facts = {
                "category": _one(data["category"]),
                "priority": _one(data["priority"]),
                "team": _one(self.rules.team_slugs.get(self.team)),
                "organisation": _one(self.story.organisation_name),
                "tag": frozenset(),
                "channel": _one(self.story.channel),
                "status": _one(self.status),
            }
            self.has_staff_said = bool(data["by_staff"])
        elif kind in (EventKind.ASSIGNED, EventKind.UNASSIGNED):
            self.has_assignee = data["assignee"]["after"] is not None
            self._move(data.get("team"))
        elif kind == EventKind.ROUTED:
            self._move(data.get("team"))
        elif kind == EventKind.PRIORITY_CHANGED:
            self.facts["priority"] = _one(data["priority"]["after"])
        elif kind == EventKind.CATEGORY_CHANGED:
            self.facts["category"] = _one(data["category"]["after"])
        elif kind in (EventKind.TAGGED, EventKind.UNTAGGED):
            (self.tags.add if kind == EventKind.TAGGED else self.tags.discard)(data["tag"])
            self.facts["tag"] = frozenset(self.rules.tag_names.get(tag, "") for tag in self.tags)

    def _move(self, team: dict[str, int | None] | None) -> None:
        after = team.get("after") if team else None
        if after is not None:
            self.team = after
            self.facts["team"] = _one(self.rules.team_slugs.get(after))

    @property
    def priority(self) -> str:
        return next(iter(self.facts["priority"]))

    def _promise(self) -> Promise | None:
        return next((each for each in self.rules.promises if fits(each.conditions, self.facts)), None)

    def _begin(self, metrics: Sequence[str], at: datetime, cycle: int = 1) -> list[PlayedClock]:
        promise = self._promise()
        if promise is None:
            return []
        hours = self.rules.hours(promise, self.story.organisation, self.team)
        begun = []
        for metric in metrics:
            target = promise.targets[self.priority].get(metric)
            if target is not None:
                warning = target * promise.warning_percent // 100
                clock = PlayedClock(metric, cycle, promise, hours, target, warning, at)
                clock.aim()
                begun.append(clock)
        self.clocks += begun
        return begun

    def _schedule(self, clocks: Sequence[PlayedClock]) -> None:
        self.ladder.schedule_for_clocks(clocks, self.facts)

    def _anchor(self, anchor: str, event: Happened) -> None:
        if self.rules.by_anchor.get(anchor):
            self.ladder.schedule_anchored(anchor, event, self.rules.team_hours(self.team), self.facts)

    def _opened(self, event: Happened) -> None:
        metrics = [RESOLUTION] if event.data["by_staff"] else [FIRST, RESOLUTION]
        self._schedule(self._begin(metrics, event.at))
        self._anchor(Anchor.OPENED, event)

    def _replied(self, event: Happened) -> None:
        if event.data["automatic"]:
            return
        if not event.data["by_staff"]:
            if not event.data.get("thanks"):
                self._asked(event)
            return
        self.has_staff_said = True
        for clock in self.clocks:
            if clock.metric != RESOLUTION:
                clock.stop(event.at)
                self.ladder.drop(clock)

    def _asked(self, event: Happened) -> None:
        cycles = [clock for clock in self.clocks if clock.metric == NEXT]
        first = [clock for clock in self.clocks if clock.metric == FIRST]
        is_over = all(clock.stopped_at is not None for clock in first) if first else self.has_staff_said
        if is_over and all(clock.stopped_at is not None for clock in cycles):
            self._schedule(self._begin([NEXT], event.at, len(cycles) + 1))

    def _pended(self, event: Happened) -> None:
        for clock in self.clocks:
            if clock.metric == RESOLUTION:
                clock.pause(event.at)
                self.ladder.drop(clock)
        self.ladder.drop_anchored()

    def _resolved(self, event: Happened) -> None:
        self.resolved_at, self.changed = event.at, None
        for clock in self.clocks:
            if clock.metric == RESOLUTION and event.cause != Cause.DUPLICATE:
                clock.stop(event.at)
            else:
                clock.cancel(event.at)
            self.ladder.drop(clock)
        self.ladder.drop_anchored()

    def _go_on(self, event: Happened) -> None:
        clocks = [clock for clock in self.clocks if clock.metric == RESOLUTION][-1:]
        is_reopened = event.kind == EventKind.REOPENED
        if is_reopened and event.cause != Cause.UNDO and clocks and clocks[0].promise.restarts:
            clocks = self._begin([RESOLUTION], event.at, clocks[0].cycle + 1)
        else:
            for clock in clocks:
                if not is_reopened or self.changed is None:
                    clock.resume(event.at, LATE)
                elif clock.take(self._promise(), self.priority):
                    clock.resume(event.at, self.changed)
        if event.cause == Cause.UNDO:
            clocks += self._revived(event)
        self._schedule(clocks)
        if self.rules.by_anchor.get(Anchor.OPENED):
            self._anchor(Anchor.OPENED, self.story.events[0])
        if not self.has_assignee:
            self._unassigned(event)

    def _revived(self, event: Happened) -> list[PlayedClock]:
        found = []
        for clock in self.clocks:
            if clock.state == CANCELLED and clock.stopped_at == self.resolved_at and clock.metric != RESOLUTION:
                clock.state, clock.stopped_at = RUNNING, None
                clock.run_on(event.at, LATE if self.has_assignee else NOBODY)
                found.append(clock)
        return found

    def _retargeted(self, event: Happened) -> None:
        if event.cause in (Cause.ESCALATION, Cause.AUTOMATION):
            return
        is_priority = event.kind == EventKind.PRIORITY_CHANGED
        cause = (BreachCause.PRIORITY_CHANGED if is_priority else BreachCause.POLICY_CHANGED).value
        if self.status in (Status.RESOLVED, Status.CLOSED):
            self.changed = cause
        promise = self._promise()
        for clock in self.clocks:
            if clock.is_open:
                if clock.take(promise, self.priority):
                    clock.run_on(event.at, cause)
                else:
                    clock.cancel(event.at)
            self.ladder.drop(clock)
        self._schedule(self.clocks)

    def _unassigned(self, event: Happened) -> None:
        if self.status in ACTIONABLE:
            self._anchor(Anchor.UNASSIGNED, event)

    def _assigned(self, _event: Happened) -> None:
        self.ladder.drop_anchored(Anchor.UNASSIGNED)


_HANDLERS: dict[str, Callable[[_Player, Happened], None]] = {
    EventKind.OPENED: _Player._opened,
    EventKind.REPLIED: _Player._replied,
    EventKind.PENDED: _Player._pended,
    EventKind.RESOLVED: _Player._resolved,
    EventKind.REOPENED: _Player._go_on,
    EventKind.PRIORITY_CHANGED: _Player._retargeted,
    EventKind.CATEGORY_CHANGED: _Player._retargeted,
    EventKind.UNASSIGNED: _Player._unassigned,
    EventKind.HELD: _Player._unassigned,
    EventKind.ASSIGNED: _Player._assigned,
}


def _one(value: str | None) -> frozenset[str]:
    return frozenset({value} if value else ())
