"""Times and statements, measured fairly: what is compared takes turns, so that a slow minute hits all of it."""

import time
from collections.abc import Callable, Mapping
from statistics import median
from typing import Any

from django.db import connection

Call = Callable[[], object]


def seconds_of(call: Call) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def taking_turns(calls: Mapping[str, Call], *, rounds: int, between: Call = lambda: None) -> dict[str, float]:
    """The median seconds of each call, after one round that does not count. `between` is called after each, untimed."""
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds + 1):
        for name, call in calls.items():
            taken = seconds_of(call)
            if number:
                seconds[name].append(taken)
        between()
    return {name: median(taken) for name, taken in seconds.items()}


def statements_of(call: Call) -> int:
    """How many statements this thread's connection executes. Those that begin and end transactions don't count."""
    count = 0

    def counted(execute: Callable[..., Any], *arguments: Any) -> Any:
        nonlocal count
        count += 1
        return execute(*arguments)

    with connection.execute_wrapper(counted):
        call()
    return count


def milliseconds(seconds: float) -> float:
    return seconds * 1000
