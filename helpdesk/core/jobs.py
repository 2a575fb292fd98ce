"""Long work beside the web: started by a row, run by whoever listens to the queue `slow`, gone on with after a crash.

The row is the truth. The wake-up is a hint that may be lost: a sweep finds what waits, and what has fallen silent.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

import structlog
from celery import current_app
from django.db import transaction
from django.db.models import F
from django.utils.timezone import now

from helpdesk.core.models import Job

log = structlog.get_logger(__name__)

# A job that kills whoever runs it is not tried for ever.
MAX_ATTEMPTS = 3
# Progress is written this often at most, however often it is told.
WRITE_EVERY_SECONDS = 0.5


class Progress(Protocol):
    def __call__(self, done: int, total: int, checkpoint: Mapping[str, Any] | None = None) -> None: ...


JobFunction = Callable[[Job, Progress], dict[str, Any]]
_functions: dict[str, JobFunction] = {}


class Cancelled(Exception):
    """Somebody wants the job to end, or another process has taken it over. Let it pass: it is no failure."""


def job(kind: str) -> Callable[[JobFunction], JobFunction]:
    """Register what runs jobs of `kind`: it gets the row and a function that tells its progress, and returns a result.

    It tells its progress at least every few minutes, else it is taken to be dead and run again; so each step that
    it has done must be harmless to do again, or noted in the checkpoint.
    """

    def register(function: JobFunction) -> JobFunction:
        _functions[kind] = function
        return function

    return register


def start_job(kind: str, arguments: Mapping[str, Any], *, by: Any | None, wakes: bool = True) -> Job:
    """Commit a row and wake whoever runs it. The same that waits or runs already is returned instead of a second one.

    Without `wakes` the caller means to run it with `run_job`; should they not, the sweep finds it.
    """
    if kind not in _functions:
        raise ValueError(f"No function is registered for jobs of the kind {kind!r}.")
    row = Job(
        kind=kind,
        arguments=dict(arguments),
        fingerprint=_fingerprint(kind, arguments),
        started_by_id="" if by is None else str(by.pk),
    )
    # The twin may come to an end between the two statements; then the second try makes the row.
    for _try in range(3):
        Job.objects.bulk_create([row], ignore_conflicts=True)
        found = Job.objects.pending().filter(fingerprint=row.fingerprint).first()
        if found is not None:
            break
    else:
        raise RuntimeError(f"The job {kind!r} ended three times while it was being started.")
    if wakes:
        wake()
    return found


def cancel_job(job: Job, *, at: datetime | None = None) -> Job:
    """One that waits ends at once, one that runs at its next step. One that has ended stays as it is."""
    Job.objects.filter(pk=job.pk, state=Job.State.WAITING).update(
        state=Job.State.CANCELLED, finished_at=at or now(), is_cancel_wanted=True
    )
    Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(is_cancel_wanted=True)
    job.refresh_from_db()
    return job


def run_due_jobs(*, as_of: datetime | None = None, limit: int = 100) -> int:
    """Run what waits and what has fallen silent, one after the other. Returns how many came to an end."""
    count = 0
    while count < limit:
        claimed = _claim(as_of or now())
        if claimed is None:
            break
        _run(claimed)
        count += 1
    return count


def run_job(row: Job, *, tell: Callable[[int, int], object] | None = None) -> bool:
    """Run it here and now; False when somebody else is at it, or it has ended. `tell` hears of the progress, too."""
    claimed = _claim(now(), pk=row.pk)
    if claimed is not None:
        _run(claimed, tell)
    return claimed is not None


def _fingerprint(kind: str, arguments: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps([kind, arguments], sort_keys=True).encode()).hexdigest()


def wake() -> None:
    """After the commit. A failure is no harm: the sweep wakes again."""
    transaction.on_commit(_send)


def _send() -> None:
    try:
        current_app.send_task("helpdesk.core.tasks.run_jobs", queue="slow", expires=60)
    except Exception as error:
        log.warning("job.wake_up_failed", error=type(error).__name__)


@transaction.atomic
def _claim(as_of: datetime, **only: Any) -> Job | None:
    row = Job.objects.due(as_of).filter(**only).select_for_update(skip_locked=True, no_key=True).first()
    if row is None:
        return None
    row.attempt, row.state, row.heartbeat_at = row.attempt + 1, Job.State.RUNNING, as_of
    row.save(update_fields=["attempt", "state", "heartbeat_at"])
    return row


def _run(row: Job, tell: Callable[[int, int], object] | None = None) -> None:
    log.info("job.started", job=row.pk, kind=row.kind, attempt=row.attempt)
    try:
        if row.is_cancel_wanted:
            raise Cancelled
        if row.attempt > MAX_ATTEMPTS:
            raise RuntimeError(f"Whoever ran it fell silent {MAX_ATTEMPTS} times.")
        result = _functions[row.kind](row, _Teller(row, tell))
    except Cancelled:
        _finish(row, Job.State.CANCELLED)
    except Exception as error:
        log.error("job.failed", job=row.pk, kind=row.kind, exc_info=error)
        _finish(row, Job.State.FAILED, error=f"{type(error).__name__}: {error}"[:2000])
    else:
        _finish(row, Job.State.DONE, result=result, done_count=F("total_count"))


def _finish(row: Job, state: str, **values: Any) -> None:
    """Only what is still this run's own."""
    mine = Job.objects.filter(pk=row.pk, attempt=row.attempt, state=Job.State.RUNNING)
    if mine.update(state=state, finished_at=now(), **values):
        log.info("job.ended", job=row.pk, kind=row.kind, state=state)


class _Teller:
    """Writes progress and sign of life in one statement, and learns from it whether to go on."""

    def __init__(self, row: Job, tell: Callable[[int, int], object] | None) -> None:
        self._row = row
        self._tell = tell
        self._written_at = 0.0

    def __call__(self, done: int, total: int, checkpoint: Mapping[str, Any] | None = None) -> None:
        if self._tell is not None:
            self._tell(done, total)
        is_early = time.monotonic() - self._written_at < WRITE_EVERY_SECONDS
        if is_early and checkpoint is None and done < total:
            return
        values: dict[str, Any] = {"done_count": done, "total_count": total, "heartbeat_at": now()}
        if checkpoint is not None:
            values["checkpoint"] = dict(checkpoint)
        mine = Job.objects.filter(
            pk=self._row.pk, attempt=self._row.attempt, state=Job.State.RUNNING, is_cancel_wanted=False
        )
        if not mine.update(**values):
            raise Cancelled
        self._written_at = time.monotonic()
