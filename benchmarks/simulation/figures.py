"""What a simulated run says about a policy. The first week warms the desk up and does not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean, quantiles, stdev

from benchmarks.simulation.engine import Desk, Task
from benchmarks.simulation.hours import WEEK, worked
from benchmarks.simulation.workload import TARGETS
from tickets.models import Priority


@dataclass(frozen=True, slots=True)
class Figures:
    """First response in working minutes; the rest as shares, load as the busiest against the mean."""

    mean_response: float
    p95_response: float
    breached: float
    urgent_breached: float
    skill_match: float
    evenness: float
    utilisation: float
    moves: float


def figures_of(desk: Desk) -> Figures:
    counted = [task for task in desk.tasks if task.asked.at >= WEEK] or desk.tasks
    waits = [(task, _response(task, desk)) for task in counted]
    urgent = [late for task, wait in waits if task.asked.priority >= Priority.HIGH for late in [_is_late(task, wait)]]
    minutes = [wait for _task, wait in waits]
    shares = [worker.busy / (worker.member.minutes_a_week * desk.workload.weeks) for worker in desk.workers]
    return Figures(
        mean_response=mean(minutes),
        p95_response=quantiles(minutes, n=20)[-1],
        breached=mean(_is_late(task, wait) for task, wait in waits),
        urgent_breached=mean(urgent or [0]),
        skill_match=mean(task.first is not None and task.first.knows(task.asked) for task in counted),
        evenness=max(shares) / mean(shares),
        utilisation=mean(shares),
        moves=mean(task.moves for task in counted),
    )


def average(figures: Sequence[Figures]) -> Figures:
    names = Figures.__slots__
    return Figures(**{name: mean(getattr(one, name) for one in figures) for name in names})


@dataclass(frozen=True, slots=True)
class Ratio:
    """Of two means over the same seeds; `error` is its standard error, None of a single seed."""

    value: float
    error: float | None

    def __str__(self) -> str:
        return f"{self.value:.3f}" if self.error is None else f"{self.value:.3f} ± {self.error:.3f}"


def ratio_of(ours: Sequence[float], theirs: Sequence[float]) -> Ratio:
    """Ratio of means, not mean of ratios: a seed on which everybody waits long counts for as long as they wait.

    The error is that of a ratio estimated from pairs: what is left of each pair when the ratio explains it.
    """
    value, count = mean(ours) / mean(theirs), len(ours)
    if count < 2:
        return Ratio(value, None)
    left = [own - value * other for own, other in zip(ours, theirs, strict=True)]
    return Ratio(value, stdev(left) / count**0.5 / mean(theirs))


def _response(task: Task, desk: Desk) -> float:
    """What was never answered counts as answered when the simulation ended."""
    end = desk.workload.weeks * WEEK + WEEK
    return worked(task.responded_at if task.responded_at is not None else end) - worked(task.asked.at)


def _is_late(task: Task, wait: float) -> bool:
    return wait > TARGETS[task.asked.priority]
