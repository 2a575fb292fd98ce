"""Processes that never outlive us: started with a death signal, stopped politely, then firmly."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)

LOG_LIMIT = 20 * 1024 * 1024


def tied_to_us(die_with: signal.Signals) -> Callable[[], None]:
    """A `preexec_fn`: the kernel sends the child `die_with` when we are gone, even after a kill -9.

    It has to run after the change of user, which clears the death signal; that is when Popen runs it.
    """
    parent = os.getpid()

    def in_child() -> None:
        _libc.prctl(_PR_SET_PDEATHSIG, die_with)
        if os.getppid() != parent:
            os._exit(1)
        signal.pthread_sigmask(signal.SIG_SETMASK, ())

    return in_child


@dataclass
class Process:
    """One process of the installation. It leads a session of its own, so that Ctrl-C reaches only us."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    log: Path
    cwd: Path = Path("/")
    stop_with: signal.Signals = signal.SIGTERM
    die_with: signal.Signals = signal.SIGKILL
    user: Mapping[str, Any] = field(default_factory=dict)
    pass_fds: tuple[int, ...] = ()
    # Clears away what a predecessor that was killed has left behind.
    before_start: Callable[[], None] | None = None
    started_at: float = 0.0
    log_start: int = 0
    _popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if self.before_start is not None:
            self.before_start()
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self._popen = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=self.pass_fds,
                preexec_fn=tied_to_us(self.die_with),
                **self.user,
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int:
        return 0 if self._popen is None else self._popen.pid

    @property
    def exit_code(self) -> int | None:
        """None while it runs."""
        return None if self._popen is None else self._popen.poll()

    @property
    def is_running(self) -> bool:
        return self._popen is not None and self._popen.poll() is None

    def send(self, number: signal.Signals) -> None:
        if self.is_running:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it and everything that it started in its session."""
        if self._popen is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        self._popen.wait()

    def shorten_log(self) -> None:
        """Keep one old log. The process goes on appending to the same, now empty, file."""
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.with_suffix(".log.1").write_bytes(self.log.read_bytes())
            os.truncate(self.log, 0)


def stop_all(processes: Iterable[Process], *, within: float) -> None:
    """Ask all at once; whoever still runs after `within` seconds is killed."""
    started = [process for process in processes if process.pid]
    for process in started:
        process.send(process.stop_with)
    deadline = time.monotonic() + within
    while any(process.is_running for process in started) and time.monotonic() < deadline:
        time.sleep(0.02)
    for process in started:
        process.kill()
