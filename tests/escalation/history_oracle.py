"""A second opinion on promises that imports nothing of ours: it walks second by second over what happened.

What happens in the very second of the deadline still comes in time. An event is (second, what, argument):

    "ask" the customer writes · "reply" staff answer · "wait" · "resume" · "resolve" · "reopen"
    "priority" (a name) · "escalated" (the priority rises by itself) · "policy" (a name)
    "reapply" (targets, working): from now on these hold, also for what runs
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Event = tuple[int, str, Any]
# (policy, priority) → seconds by metric
Targets = Mapping[tuple[str, str], Mapping[str, int]]
PRIORITIES = ("low", "medium", "high", "critical")


@dataclass
class Promise:
    metric: str
    cycle: int
    target: int
    working: Sequence[int]
    state: str = "running"
    # When it ended, or was broken; a broken one is owed until it is over.
    at: int | None = None
    is_over: bool = False
    elapsed: int = 0
    ran_in: list[int] = field(default_factory=list)


class Desk:
    def __init__(self, targets: Targets, working: Sequence[int]) -> None:
        self.targets, self.working = targets, working
        self.policy, self.priority, self.status = "plain", "medium", "working"
        self.was_changed = False
        self.promises = [self.begin("first_response", 1), self.begin("resolution", 1)]

    def begin(self, metric: str, cycle: int) -> Promise:
        return Promise(metric, cycle, self.targets[self.policy, self.priority][metric], self.working)

    def open_ones(self) -> list[Promise]:
        return [promise for promise in self.promises if not promise.is_over and promise.state != "breached"]

    def happen(self, second: int, what: str, argument: Any) -> None:
        getattr(self, f"_{what}")(second, argument)

    def _ask(self, second: int, _argument: Any) -> None:
        first = self.promises[0]
        cycles = [promise for promise in self.promises if promise.metric == "next_response"]
        if first.is_over and all(cycle.is_over for cycle in cycles):
            self.promises.append(self.begin("next_response", len(cycles) + 1))
        if self.status == "pending":
            self._resume(second, None)
        elif self.status == "resolved":
            self._reopen(second, None)

    def _reply(self, second: int, _argument: Any) -> None:
        for promise in self.promises:
            if promise.metric != "resolution":
                end(promise, "met", second)

    def _wait(self, _second: int, _argument: Any) -> None:
        self.status = "pending"
        resolution = self.promises[1]
        if resolution.state == "running":
            resolution.state = "paused"

    def _resume(self, _second: int, _argument: Any) -> None:
        self.status = "working"
        resolution = self.promises[1]
        if resolution.state == "paused":
            resolution.state = "running"

    def _resolve(self, second: int, _argument: Any) -> None:
        self.status, self.was_changed = "resolved", False
        for promise in self.promises:
            end(promise, "met" if promise.metric == "resolution" else "cancelled", second)

    def _reopen(self, second: int, _argument: Any) -> None:
        self.status = "working"
        resolution = self.promises[1]
        resolution.is_over = False
        if resolution.state == "breached":
            return
        resolution.state, resolution.at = "running", None
        if self.was_changed:
            self.retarget(resolution, second)

    def _priority(self, second: int, name: str) -> None:
        if name != self.priority:
            self.priority = name
            self._changed(second)

    def _escalated(self, _second: int, _argument: Any) -> None:
        self.priority = PRIORITIES[min(PRIORITIES.index(self.priority) + 1, 3)]

    def _policy(self, second: int, name: str) -> None:
        if name != self.policy:
            self.policy = name
            self._changed(second)

    def _changed(self, second: int) -> None:
        self.was_changed = self.was_changed or self.status == "resolved"
        for promise in self.open_ones():
            self.retarget(promise, second)

    def _reapply(self, second: int, argument: Any) -> None:
        self.targets, self.working = argument
        if self.status == "resolved":
            return
        for promise in self.open_ones():
            promise.working = self.working
            promise.elapsed = sum(self.working[ran] for ran in promise.ran_in)
            self.retarget(promise, second)

    def retarget(self, promise: Promise, second: int) -> None:
        promise.target = self.targets[self.policy, self.priority][promise.metric]
        if promise.elapsed >= promise.target:
            promise.state, promise.at = "breached", second


def end(promise: Promise, state: str, second: int) -> None:
    if not promise.is_over:
        promise.is_over = True
        if promise.state != "breached":
            promise.state, promise.at = state, second


def walk(events: Sequence[Event], targets: Targets, working: Sequence[int], until: int) -> list[Promise]:
    """Every promise of the ticket as it stands at `until`."""
    desk = Desk(targets, working)
    waiting = sorted(events, key=lambda event: event[0])
    upcoming = 0
    for second in range(until + 1):
        while upcoming < len(waiting) and waiting[upcoming][0] == second:
            desk.happen(*waiting[upcoming])
            upcoming += 1
        for promise in desk.promises:
            if promise.state != "running":
                continue
            if promise.elapsed >= promise.target:
                promise.state, promise.at = "breached", second
            elif second < until:
                promise.elapsed += promise.working[second]
                promise.ran_in.append(second)
    return desk.promises
