"""What beat and workers did lately, sweep by sweep: for /readyz, the metrics and the doctor.

The beat leaves the time of its tick, the worker a heartbeat after the work: which of the two is old tells who is missing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django_celery_beat.models import PeriodicTask

from helpdesk.core.models import Heartbeat
from helpdesk.schedule import SWEEPS, Sweep


@dataclass(frozen=True, slots=True)
class Round:
    """`ticked_at` is when the beat last asked for the sweep, `ran_at` when a worker last finished it."""

    sweep: Sweep
    is_known: bool
    is_enabled: bool
    ticked_at: datetime | None
    ran_at: datetime | None


def all_rounds() -> list[Round]:
    """In the order of the schedule. Two statements."""
    ran = dict(Heartbeat.objects.values_list("name", "last_at"))
    asked = {
        name: (is_enabled, ticked_at)
        for name, is_enabled, ticked_at in PeriodicTask.objects.filter(
            name__in=[sweep.name for sweep in SWEEPS]
        ).values_list("name", "enabled", "last_run_at")
    }
    return [
        Round(sweep, sweep.name in asked, *asked.get(sweep.name, (False, None)), ran.get(sweep.name))
        for sweep in SWEEPS
    ]


def late_rounds(rounds: Sequence[Round], at: datetime) -> list[Round]:
    """What should have run by now. One that never did is late once the beat has asked for it, or asks for nothing at all."""
    is_beat_silent = silence_of_beat(rounds, at) is not None

    def is_late(round: Round) -> bool:
        if round.ran_at is None:
            return is_beat_silent or round.ticked_at is not None
        return at - round.ran_at > round.sweep.late_after

    return [round for round in rounds if is_late(round)]


def switched_off(rounds: Iterable[Round]) -> list[str]:
    return [round.sweep.name for round in rounds if round.is_known and not round.is_enabled]


def silence_of_beat(rounds: Iterable[Round], at: datetime) -> timedelta | None:
    """How long the beat has asked for nothing; None while it does ask. The longest possible when it never has."""
    asked = [round for round in rounds if round.is_enabled]
    ticks = [round.ticked_at for round in asked if round.ticked_at is not None]
    if not ticks:
        return timedelta.max
    silence = at - max(ticks)
    return silence if silence > _patience(asked) else None


def missing_workers(rounds: Sequence[Round], at: datetime) -> list[str]:
    """Queues that the beat fills and that nobody empties."""
    if silence_of_beat(rounds, at) is not None:
        return []
    asked = [round for round in rounds if round.is_enabled and round.ticked_at is not None]
    queues = sorted({round.sweep.queue for round in asked})
    return [queue for queue in queues if _is_silent([round for round in asked if round.sweep.queue == queue], at)]


def _is_silent(rounds: Sequence[Round], at: datetime) -> bool:
    ran = [round.ran_at for round in rounds if round.ran_at is not None]
    return not ran or at - max(ran) > _patience(rounds)


def _patience(rounds: Iterable[Round]) -> timedelta:
    """What the most frequent of them allows."""
    return min(round.sweep.late_after for round in rounds)
