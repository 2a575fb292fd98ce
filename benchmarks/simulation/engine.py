"""The simulated desk at work: who has what, what happens next, and what became of each ticket."""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from benchmarks.simulation.hours import when_worked, worked
from benchmarks.simulation.roster import Member, Roster
from benchmarks.simulation.workload import REQUIRED_LEVEL, TARGETS, Asked, Workload
from tickets.assignment.effort import effort_of
from tickets.lifecycle import Status

# How long work takes at each skill level, measured at level 3. The score believes the same.
PACE = {0: 1.6, 1: 1.35, 2: 1.15, 3: 1.0, 4: 0.88, 5: 0.8}
LOOKS_AGAIN = 5.0


@dataclass(eq=False, slots=True)
class Task:
    """One ticket on its way."""

    asked: Asked
    due: float
    worker: "Worker | None" = None
    starts_at: float | None = None
    done_touches: int = 0
    is_pending: bool = False
    responded_at: float | None = None
    # Who worked on it first.
    first: "Worker | None" = None
    moves: int = 0

    @property
    def effort(self) -> int:
        return effort_of(self.asked.priority)

    @property
    def weight(self) -> int:
        """What it weighs on its agent now, as the product counts it."""
        return effort_of(self.asked.priority, Status.PENDING_CUSTOMER if self.is_pending else Status.ASSIGNED)


@dataclass(eq=False, slots=True)
class Worker:
    place: int
    member: Member
    pace: float
    absences: list[tuple[float, float]]
    queue: list[Task] = field(default_factory=list)
    current: Task | None = None
    load: int = 0
    open_count: int = 0
    last_assigned: float | None = None
    busy: float = 0.0

    def is_absent(self, at: float) -> bool:
        return any(begins <= at < ends for begins, ends in self.absences)

    def works(self, at: float) -> bool:
        return self.member.works(at) and not self.is_absent(at)

    def next_start(self, at: float) -> float:
        while True:
            at = self.member.next_start(at)
            end = next((ends for begins, ends in self.absences if begins <= at < ends), None)
            if end is None:
                return at
            at = end

    def knows(self, asked: Asked) -> bool:
        return self.member.skills.get(asked.skill, 0) >= REQUIRED_LEVEL

    def minutes_for(self, asked: Asked, touch: int) -> float:
        return asked.touches[touch] * PACE[self.member.skills.get(asked.skill, 0)] * self.pace


class Policy(Protocol):
    """`choose` gives a worker and, for a reservation, its instant; nobody means: ask again when somebody comes."""

    name: str
    hands_over: bool
    rebalances: bool

    def choose(self, desk: "Desk", task: Task, at: float) -> tuple[Worker | None, float | None]: ...

    def passes_on(self, desk: "Desk", task: Task, at: float) -> Worker | None: ...

    def moves(self, desk: "Desk", at: float) -> Iterator[tuple[Task, Worker]]: ...


class Desk:
    def __init__(self, roster: Roster, workload: Workload, policy: Policy) -> None:
        self.policy, self.workload = policy, workload
        self.workers = [
            Worker(place, member, workload.pace[place], workload.absences[place])
            for place, member in enumerate(roster.members)
        ]
        self.tasks: list[Task] = []
        self.unassigned: list[Task] = []
        self.familiar: dict[int, int] = {}
        self._agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()

    def run(self) -> list[Task]:
        for asked in self.workload.tickets:
            self._at(asked.at, lambda at, asked=asked: self._arrive(asked, at))  # type: ignore[misc]
        for worker in self.workers:
            self._at(worker.next_start(0), lambda at, worker=worker: self._begin_shift(worker, at))  # type: ignore[misc]
            for begins, _ends in worker.absences:
                self._at(begins, lambda at, worker=worker: self._leave(worker, at))  # type: ignore[misc]
        if self.policy.rebalances:
            self._at(LOOKS_AGAIN, self._rebalance)
        horizon = self.workload.weeks * 7 * 24 * 60 + 7 * 24 * 60
        while self._agenda and self._agenda[0][0] < horizon:
            at, _order, act = heapq.heappop(self._agenda)
            act(at)
        return self.tasks

    def give(self, task: Task, worker: Worker, at: float, starts_at: float | None = None) -> None:
        if task.worker is not None:
            self._take(task, task.worker)
        task.worker, task.starts_at = worker, starts_at
        worker.load += task.weight
        worker.open_count += 1
        worker.last_assigned = at
        self.familiar[task.asked.customer] = worker.place
        worker.queue.append(task)
        self._go_on(worker, at)

    def _take(self, task: Task, worker: Worker) -> None:
        worker.load -= task.weight
        worker.open_count -= 1
        worker.queue.remove(task)

    def _at(self, at: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._agenda, (at, next(self._order), act))

    def _arrive(self, asked: Asked, at: float) -> None:
        task = Task(asked, when_worked(worked(at) + TARGETS[asked.priority]))
        self.tasks.append(task)
        self._assign(task, at)

    def _assign(self, task: Task, at: float) -> None:
        worker, starts_at = self.policy.choose(self, task, at)
        if worker is None:
            self.unassigned.append(task)
            return
        self.give(task, worker, at, starts_at)
        if starts_at is not None:
            self._at(starts_at, lambda then: self._begin_reservation(task, then))

    def _begin_reservation(self, task: Task, at: float) -> None:
        """Decided again with what is known now."""
        if task.starts_at is not None and task.starts_at <= at:
            task.starts_at = None
            worker, starts_at = self.policy.choose(self, task, at)
            if worker is not None and worker is not task.worker and starts_at is None:
                self.give(task, worker, at)
            elif task.worker is not None:
                self._go_on(task.worker, at)

    def _begin_shift(self, worker: Worker, at: float) -> None:
        waiting, self.unassigned = self.unassigned, []
        for task in waiting:
            self._assign(task, at)
        self._go_on(worker, at)
        day = at - at % (24 * 60)
        self._at(day + worker.member.ends, lambda then: self._leave(worker, then))
        self._at(worker.next_start(day + 24 * 60), lambda then: self._begin_shift(worker, then))

    def _leave(self, worker: Worker, at: float) -> None:
        """The shift is over, or somebody is suddenly away: what is due meanwhile is passed on where the policy does so."""
        if worker.works(at) or not self.policy.hands_over:
            return
        back_at = worker.next_start(at)
        for task in sorted(worker.queue, key=lambda task: task.due):
            is_waiting = not task.is_pending and task.starts_at is None and task is not worker.current
            if is_waiting and task.due < back_at:
                other = self.policy.passes_on(self, task, at)
                if other is not None:
                    self.give(task, other, at)

    def _rebalance(self, at: float) -> None:
        for task, worker in self.policy.moves(self, at):
            task.moves += 1
            self.give(task, worker, at)
        self._at(at + LOOKS_AGAIN, self._rebalance)

    def _go_on(self, worker: Worker, at: float) -> None:
        """Whoever is free takes what is due first of their own."""
        if worker.current is not None or not worker.works(at):
            return
        ready = [task for task in worker.queue if not task.is_pending and task.starts_at is None]
        if not ready:
            return
        task = min(ready, key=lambda task: task.due)
        minutes = worker.minutes_for(task.asked, task.done_touches)
        worker.current, worker.busy = task, worker.busy + minutes
        self._at(at + minutes, lambda then: self._finish(worker, task, then))

    def _finish(self, worker: Worker, task: Task, at: float) -> None:
        worker.current = None
        if task.first is None:
            task.first = worker
        if task.asked.is_passed_on and task.first is worker and not task.done_touches and not worker.knows(task.asked):
            self._pass_to_a_colleague(task, at)
            self._go_on(worker, at)
            return
        if task.responded_at is None:
            task.responded_at = at
        task.done_touches += 1
        if task.done_touches == len(task.asked.touches):
            self._take(task, worker)
            task.worker = None
        else:
            worker.load -= task.weight
            task.is_pending = True
            worker.load += task.weight
            pause = task.asked.pauses[task.done_touches - 1]
            self._at(at + pause, lambda then: self._answered(task, then))
        self._go_on(worker, at)

    def _pass_to_a_colleague(self, task: Task, at: float) -> None:
        """Under every policy alike: to the one at work with the fewest open who knows it; without one it is answered later."""
        knowing = [worker for worker in self.workers if worker is not task.first and worker.knows(task.asked)]
        able = [worker for worker in knowing if worker.works(at)] or knowing
        if able:
            self.give(task, min(able, key=lambda worker: worker.open_count), at)

    def _answered(self, task: Task, at: float) -> None:
        worker = task.worker
        assert worker is not None
        worker.load -= task.weight
        task.is_pending, task.due = False, when_worked(worked(at) + TARGETS[task.asked.priority])
        worker.load += task.weight
        if self.policy.hands_over and not worker.works(at) and task.due < worker.next_start(at):
            other = self.policy.passes_on(self, task, at)
            if other is not None:
                self.give(task, other, at)
                return
        self._go_on(worker, at)
