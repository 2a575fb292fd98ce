"""Waiting that a signal ends: one thread, no handlers, so nothing is ever interrupted half-way."""

import signal
import time
from collections.abc import Callable

_STOPPING = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}


class StopRequested(Exception):
    """Somebody pressed Ctrl-C, or asked us to end."""


def hold_signals() -> None:
    """From here on a signal waits until `pause` looks for it. What `nohup` has made deaf stays deaf."""
    heard = {number for number in _STOPPING if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN}
    signal.pthread_sigmask(signal.SIG_BLOCK, heard | {signal.SIGCHLD})


def next_signal(seconds: float) -> signal.struct_siginfo | None:
    """The next signal within `seconds`, if one comes: a child that ended is one too."""
    return signal.sigtimedwait(_STOPPING | {signal.SIGCHLD}, max(0.0, seconds))


def pause(seconds: float) -> None:
    """Sleep, or less if a child ends meanwhile. Raises StopRequested."""
    received = next_signal(seconds)
    if received is not None and received.si_signo in _STOPPING:
        raise StopRequested


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Poll until the condition holds; False when the time is up. Raises StopRequested."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        pause(0.03)
    return True
