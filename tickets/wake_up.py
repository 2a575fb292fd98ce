"""The wake-up: a bare hint to the relay that something waits in the outbox. Losing it costs a few seconds, no data."""

import time

import structlog
from celery import current_app
from django.db import connection, transaction

log = structlog.get_logger(__name__)

# After a failure none is tried for a while, so that a dead Redis costs requests nothing.
BACK_OFF_SECONDS = 5.0
_silent_until = 0.0


def wake_relay_after_commit() -> None:
    """Ask for one wake-up when the transaction commits, however often it is called inside."""
    if not any(entry[1] is _wake_relay for entry in connection.run_on_commit):
        transaction.on_commit(_wake_relay)


def _wake_relay() -> None:
    global _silent_until
    if time.monotonic() < _silent_until:
        return
    try:
        current_app.send_task("tickets.tasks.relay", queue="pulse", expires=30)
    except Exception as error:
        _silent_until = time.monotonic() + BACK_OFF_SECONDS
        log.warning("wake_up.failed", error=type(error).__name__)
