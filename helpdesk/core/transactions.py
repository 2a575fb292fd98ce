"""How a verb runs: all or nothing, tried again when PostgreSQL asks for it, with files cleaned up after a rollback.

A reference to a row that is gone asks for it, too: what was remembered of the set-up may have been deleted meanwhile. So does
a plan that a migration has overtaken, and the first failure of what is `set_apart`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import ParamSpec, TypeVar

import structlog
from django.db import IntegrityError, NotSupportedError, OperationalError, connection, transaction

from helpdesk.core.configuration import look_again

P = ParamSpec("P")
R = TypeVar("R")
Undo = Callable[[], object]

log = structlog.get_logger(__name__)

TRIES = 3
# Serialization failure, deadlock, lock not had in time: PostgreSQL has rolled back, doing it all again is safe.
_RETRYABLE = {"40001", "40P01", "55P03"}
_REFERENCE_GONE = "23503"
_PLAN_OUTDATED = "0A000"
_undo: ContextVar[list[Undo] | None] = ContextVar("undo_on_rollback", default=None)
# Whether the verb that is running has been without savepoints until now, and may begin again with them.
_is_carefree: ContextVar[bool] = ContextVar("is_carefree", default=False)


class _WantsSavepoints(BaseException):
    """Begin again: something failed that its caller wants to survive. Past every handler of errors, as nothing is wrong yet."""


def in_transaction(verb: Callable[P, R]) -> Callable[P, R]:
    """Run `verb` in one transaction. An inner call joins it; the outermost is repeated after a deadlock, a lost wait, a
    reference to what somebody has just deleted, or a failure in what is `set_apart`. Never once it is committed.
    """

    @wraps(verb)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return _attempt(lambda: verb(*args, **kwargs))
        tries_left, is_carefree = TRIES, True
        committed: list[bool] = []

        def whole() -> R:
            transaction.on_commit(lambda: committed.append(True))
            return _as(lambda: verb(*args, **kwargs), is_carefree=is_carefree)

        while True:
            try:
                return _attempt(whole, committed)
            except _WantsSavepoints as wish:
                log.info("transaction.retried", verb=verb.__name__, error=type(wish.__cause__).__name__)
                is_carefree = False
            except (OperationalError, IntegrityError, NotSupportedError) as error:
                tries_left -= 1
                asks = is_retryable(error) or _sqlstate(error) in (_REFERENCE_GONE, _PLAN_OUTDATED)
                if committed or not tries_left or not asks:
                    raise
                log.info("transaction.retried", verb=verb.__name__, error=type(error.__cause__).__name__)
            look_again()

    return run


@contextmanager
def set_apart() -> Iterator[None]:
    """Around what may fail without its verb: whoever catches the failure finds what was written inside undone.

    A savepoint costs two more questions to the database, and hardly ever is one needed. So the verb runs without; with the
    first failure it begins again, with savepoints. Where it can't begin again, in a transaction that is not its own, they
    are there at once.
    """
    if not _is_carefree.get():
        with transaction.atomic():
            yield
        return
    try:
        yield
    except Exception as error:
        raise _WantsSavepoints from error


def on_rollback(undo: Undo) -> None:
    """Call `undo` should the verb that is running not be committed: for what a rollback cannot take back, as files."""
    waiting = _undo.get()
    if waiting is None:
        raise RuntimeError("on_rollback is for verbs that run in_transaction.")
    waiting.append(undo)


def is_retryable(error: BaseException) -> bool:
    return _sqlstate(error) in _RETRYABLE


def _sqlstate(error: BaseException) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)


def _attempt(call: Callable[[], R], committed: Sequence[bool] = ()) -> R:
    """What fails after the commit leaves what was done as it is."""
    outer = _undo.get()
    mine: list[Undo] = []
    token = _undo.set(mine)
    try:
        # A verb inside a verb needs no savepoint: whoever wants to survive an inner failure opens one.
        with transaction.atomic(savepoint=outer is None):
            result = call()
    except BaseException:
        for undo in reversed(mine if not committed else ()):
            undo()
        raise
    finally:
        _undo.reset(token)
    if outer is not None:
        outer.extend(mine)
    return result


def _as(call: Callable[[], R], *, is_carefree: bool) -> R:
    """What follows the commit can't begin again any more, and is not carefree."""
    token = _is_carefree.set(is_carefree)
    try:
        return call()
    finally:
        _is_carefree.reset(token)
