"""Real concurrency: each thread has a connection of its own, and all begin in the same instant."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def race(*calls: Callable[[], T]) -> list[T | Exception]:
    """Run all calls at once; returns each one's result or the exception it raised, in order."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | Exception:
        barrier.wait(timeout=30)
        return _outcome(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def crowd(calls: Sequence[Callable[[], T]], *, connections: int) -> list[T | Exception]:
    """Run many calls over a fixed number of connections."""
    with ThreadPoolExecutor(connections) as pool:
        return list(pool.map(_outcome, calls))


def loads_locked(queries: Iterable[Mapping[str, str]]) -> list[set[int]]:
    """Whose AgentLoad rows each statement locked, of what CaptureQueriesContext has seen."""
    asked = (query["sql"] for query in queries if "FOR NO KEY UPDATE" in query["sql"] and "agentload" in query["sql"])
    return [{int(key) for key in re.findall(r"\d+", sql.partition("{")[2].partition("}")[0])} for sql in asked]


def _outcome(call: Callable[[], T]) -> T | Exception:
    try:
        return call()
    except Exception as error:
        return error
    finally:
        connection.close()
