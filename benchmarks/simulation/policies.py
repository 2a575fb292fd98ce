"""Who gets a ticket at the simulated desk: by the usual rules of thumb, and by the product's own decision."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime

from benchmarks.simulation.engine import Desk, Task, Worker
from benchmarks.simulation.hours import instant
from benchmarks.simulation.roster import Roster
from benchmarks.simulation.workload import REQUIRED_LEVEL
from tickets.assignment.bettering import better_place
from tickets.assignment.decision import Decision, decide
from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate, Needs
from tickets.models import Priority

TEAM, GENERAL = 1, 2
_MOST_MOVES = 2


class RuleOfThumb:
    """Gives to somebody at work; what comes at night is given when the first one comes. Never takes anything away."""

    hands_over = rebalances = False

    def __init__(self, name: str, key: Callable[[Task, Worker], tuple[float, ...]]) -> None:
        self.name, self.key = name, key

    def choose(self, desk: Desk, task: Task, at: float) -> tuple[Worker | None, float | None]:
        at_work = [worker for worker in desk.workers if worker.works(at)]
        return min(at_work, key=lambda worker: self.key(task, worker), default=None), None

    def passes_on(self, _desk: Desk, _task: Task, _at: float) -> Worker | None:
        return None

    def moves(self, _desk: Desk, _at: float) -> Iterator[tuple[Task, Worker]]:
        return iter(())


def at_random(seed: int) -> RuleOfThumb:
    rng = random.Random(f"policy {seed}")
    return RuleOfThumb("random", lambda _task, _worker: (rng.random(),))


def round_robin() -> RuleOfThumb:
    return RuleOfThumb("round robin", lambda _task, worker: (worker.last_assigned or -1.0, worker.place))


def fewest_open() -> RuleOfThumb:
    return RuleOfThumb("fewest open", lambda _task, worker: (worker.open_count, worker.last_assigned or -1.0))


def skilled_then_fewest_open() -> RuleOfThumb:
    return RuleOfThumb(
        "skilled, then fewest open",
        lambda task, worker: (not worker.knows(task.asked), worker.open_count, worker.last_assigned or -1.0),
    )


class Ours:
    """The product's decision function on the facts that it gets in the product."""

    hands_over = True

    def __init__(self, roster: Roster, *, rebalances: bool) -> None:
        self.rebalances = rebalances
        self.name = "ours, rebalanced" if rebalances else "ours"
        self.skills = {skill: number for number, skill in enumerate(sorted(roster.categories), start=1)}
        for member in roster.members:
            for skill in member.skills:
                self.skills.setdefault(skill, len(self.skills) + 1)

    def choose(self, desk: Desk, task: Task, at: float) -> tuple[Worker | None, float | None]:
        decision = self._decide(desk, task, at)
        if decision.winner is None:
            return None, None
        starts = decision.starts_at
        worker = desk.workers[decision.winner]
        return worker, worker.next_start(at) if starts is not None else None

    def passes_on(self, desk: Desk, task: Task, at: float) -> Worker | None:
        assert task.worker is not None
        decision = self._decide(desk, task, at, excluded=frozenset({task.worker.place}))
        if decision.winner is None or decision.starts_at is not None:
            return None
        return desk.workers[decision.winner]

    def moves(self, desk: Desk, at: float) -> Iterator[tuple[Task, Worker]]:
        """While somebody has nothing to do: what nobody has touched yet, the most urgent first, at most twice each."""
        if not any(worker.works(at) and not worker.queue for worker in desk.workers):
            return
        untouched = [task for worker in desk.workers for task in worker.queue if _is_untouched(task)]
        for task in sorted(untouched, key=lambda task: task.due):
            holder = task.worker
            if holder is None or holder.current is task:
                continue
            holder.load -= task.weight
            familiar = desk.familiar.get(task.asked.customer)
            candidates = [self._candidate(task, worker, at, familiar) for worker in desk.workers]
            holder.load += task.weight
            better = better_place(self._needs(task, frozenset()), candidates, holder=holder.place, at=instant(at))
            if better is not None and better.winner is not None:
                yield task, desk.workers[better.winner]

    def _decide(self, desk: Desk, task: Task, at: float, excluded: frozenset[int] = frozenset()) -> Decision:
        needs = self._needs(task, excluded)
        familiar = desk.familiar.get(task.asked.customer)
        return decide(needs, [self._candidate(task, worker, at, familiar) for worker in desk.workers], instant(at))

    def _needs(self, task: Task, excluded: frozenset[int]) -> Needs:
        is_critical = task.asked.priority is Priority.CRITICAL
        return Needs(
            priority=task.asked.priority,
            effort=task.effort,
            team=TEAM,
            general_team=GENERAL,
            is_critical=is_critical,
            required={self.skills[task.asked.skill]: REQUIRED_LEVEL},
            first_response_due_at=instant(task.due),
            excluded=excluded,
            may_wake=is_critical,
        )

    def _candidate(self, task: Task, worker: Worker, at: float, familiar: int | None) -> Candidate:
        works = worker.works(at)
        waiting = [other for other in worker.queue if other is not task and not other.is_pending]
        return Candidate(
            agent=worker.place,
            load=worker.load,
            capacity=worker.member.capacity * EIGHTHS,
            teams=frozenset({TEAM}),
            is_absent=worker.is_absent(at),
            is_on_shift=works,
            next_start_at=instant(at) if works else instant(worker.next_start(at)),
            skills={self.skills[skill]: level for skill, level in worker.member.skills.items()},
            last_assigned_at=_instant(worker.last_assigned),
            has_affinity=worker.place == familiar,
            ahead=sum(other.weight for other in waiting if other.due <= task.due),
            is_busy=bool(waiting),
        )


def _is_untouched(task: Task) -> bool:
    return task.first is None and not task.is_pending and task.starts_at is None and task.moves < _MOST_MOVES


def _instant(at: float | None) -> datetime | None:
    return None if at is None else instant(at)
