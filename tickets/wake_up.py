"""The wake-up: a bare hint to a task that something waits in the database. Losing it costs a few seconds, no data."""

import time
from collections.abc import Callable
from functools import lru_cache, partial

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)

# After a failure none is tried for a while, so that a dead Redis costs requests nothing.
BACK_OFF_SECONDS = 5.0
_silent_until = 0.0


def wake_after_commit(task: str, *, queue: str, countdown: float = 0) -> None:
    """Ask for one wake-up of `task` when the transaction commits, however often it is called inside.

    With a `countdown` it comes so many seconds later.
    """
    wake = _waker(task, queue, countdown)
    if not any(entry[1] is wake for entry in connection.run_on_commit):
        transaction.on_commit(wake)


@lru_cache
def _waker(task: str, queue: str, countdown: float) -> Callable[[], None]:
    """The same function for the same task, so that a second one in the transaction is recognised."""
    return partial(_wake, task, queue, countdown)


def _wake(task: str, queue: str, countdown: float) -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task(task, queue=queue, countdown=countdown or None, expires=countdown + 30)
    except Exception as error:
        _silent_until = time.monotonic() + BACK_OFF_SECONDS
        log.warning("wake_up.failed", task=task, error=type(error).__name__)
