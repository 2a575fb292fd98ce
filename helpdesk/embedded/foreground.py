"""A command that has the console to itself while our servers run: pytest, a shell, a benchmark."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from .processes import tied_to_us
from .signals import next_signal

_SI_KERNEL = 0x80
_GOODBYE_SECONDS = 10.0


def run_in_foreground(argv: Sequence[str], *, env: Mapping[str, str], cwd: Path) -> int:
    """Its exit code, as a shell would see it. Needs `hold_signals`; what only we were told is passed on to it."""
    running = subprocess.Popen(argv, env=env, cwd=cwd, preexec_fn=tied_to_us(signal.SIGKILL))
    asked_to_end = False
    while running.poll() is None:
        received = next_signal(_GOODBYE_SECONDS if asked_to_end else 60.0)
        if received is None and asked_to_end:
            running.kill()
        elif received is not None and received.si_signo != signal.SIGCHLD:
            # A Ctrl-C comes from the kernel, and the child has its own.
            if received.si_code != _SI_KERNEL:
                os.kill(running.pid, received.si_signo)
            asked_to_end = received.si_signo != signal.SIGINT
    return running.returncode if running.returncode >= 0 else 128 - running.returncode
