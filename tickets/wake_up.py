"""The wake-up: a bare hint to a task that something waits in the database. Losing it costs a few seconds, no data.

One on its way is enough, however many commits follow: the task finds what they left when it begins.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache, partial
from typing import Any

import redis
import structlog
from celery import current_app
from celery.signals import task_prerun
from django.conf import settings
from django.db import connection, transaction
from redis.backoff import NoBackoff
from redis.retry import Retry

log = structlog.get_logger(__name__)

# After a failure none is tried for a while, so that a dead Redis costs requests nothing.
BACK_OFF_SECONDS = 5.0
# A wake-up that got lost keeps others from being sent for so long.
_ON_ITS_WAY_SECONDS = 2
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
        if not countdown and not _redis().set(_on_its_way(task), "", nx=True, ex=_ON_ITS_WAY_SECONDS):
            return
        current_app.send_task(task, queue=queue, countdown=countdown or None, expires=countdown + 30)
    except Exception as error:
        _silent_until = time.monotonic() + BACK_OFF_SECONDS
        log.warning("wake_up.failed", task=task, error=type(error).__name__)


@task_prerun.connect
def _arrived(task: Any = None, **_: Any) -> None:
    """Before the task looks: what is committed from here on needs another wake-up."""
    with suppress(redis.RedisError):
        _redis().delete(_on_its_way(task.name))


def _on_its_way(task: str) -> str:
    return f"{settings.CELERY_BROKER_TRANSPORT_OPTIONS['global_keyprefix']}on-its-way:{task}"


@lru_cache
def _redis() -> "redis.Redis":
    never_again = Retry(NoBackoff(), 0)
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1, retry=never_again)
