"""Keeps the processes of an installation alive, and ends them in the right order."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .processes import Process, stop_all
from .refusal import refusal_with_log
from .signals import pause, wait_for

LONGEST_BACK_OFF = 30.0
# Whoever ran this long had a good start: the next failure is counted from one again.
GOOD_RUN = 60.0
LOG_CHECK_EVERY = 60.0
# How soon `until` is noticed.
ASKS_EVERY = 1.0


@dataclass
class _Watched:
    process: Process
    is_server: bool
    failures: int = 0
    restart_at: float | None = None


@dataclass
class Supervisor:
    """`say` tells the person at the console one line."""

    say: Callable[[str], None]
    _watched: list[_Watched] = field(default_factory=list)

    def start(self, process: Process, *, is_server: bool = False) -> None:
        """Servers (database, broker) are stopped after everybody who uses them."""
        process.start()
        self._watched.append(_Watched(process, is_server))

    def wait_until_ready(self, process: Process, is_ready: Callable[[], bool], *, seconds: float) -> None:
        """Raises Refusal with the log's last lines when the process ends first, or takes too long."""
        if not wait_for(lambda: not process.is_running or is_ready(), seconds=seconds):
            sentence = f"{process.name} did not become ready within {seconds:.0f} s."
            raise refusal_with_log(sentence, process.log, from_byte=process.log_start)
        if not process.is_running:
            sentence = f"{process.name} ended at its start (exit code {process.exit_code})."
            raise refusal_with_log(sentence, process.log, from_byte=process.log_start)

    def run_to_end(self, process: Process, *, seconds: float) -> None:
        """For a step of the start. Raises Refusal with the log's last lines when it fails."""
        process.start()
        try:
            ended = wait_for(lambda: not process.is_running, seconds=seconds)
        finally:
            process.kill()
        if not ended or process.exit_code:
            sentence = f"{process.name} failed ({_how(process)})."
            raise refusal_with_log(sentence, process.log, from_byte=process.log_start)

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Until that, or StopRequested: start again who ended, waiting longer each time that it happens soon."""
        next_log_check = 0.0
        while not until():
            now = time.monotonic()
            for watched in self._watched:
                self._look_after(watched, now)
            if now >= next_log_check:
                next_log_check = now + LOG_CHECK_EVERY
                for watched in self._watched:
                    watched.process.shorten_log()
            pause(min(ASKS_EVERY, self._seconds_to_next_act(now, next_log_check)))

    def stop_clients(self) -> None:
        """Everybody but the servers, politely: they are about to be started anew."""
        stop_all((w.process for w in self._watched if not w.is_server), within=3.0)
        self._watched = [watched for watched in self._watched if watched.is_server]

    def stop(self) -> None:
        """Everybody ends within five seconds, whatever they do. Safe for the data: PostgreSQL recovers from worse."""
        stop_all((w.process for w in self._watched if not w.is_server), within=3.0)
        stop_all((w.process for w in self._watched if w.is_server), within=1.7)
        self._watched.clear()

    def _look_after(self, watched: _Watched, now: float) -> None:
        process = watched.process
        if watched.restart_at is None and not process.is_running:
            # What it has left behind (pool processes of a worker) must not run beside its successor.
            process.kill()
            watched.failures = 1 if now - process.started_at > GOOD_RUN else watched.failures + 1
            back_off = min(LONGEST_BACK_OFF, 2.0 ** (watched.failures - 1))
            watched.restart_at = now + back_off
            self.say(f"{process.name} ended ({_how(process)}), starting again in {back_off:.0f} s. Log: {process.log}")
        elif watched.restart_at is not None and now >= watched.restart_at:
            watched.restart_at = None
            process.start()

    def _seconds_to_next_act(self, now: float, next_log_check: float) -> float:
        acts = [w.restart_at for w in self._watched if w.restart_at is not None]
        return max(0.0, min([next_log_check, *acts]) - now)


def _how(process: Process) -> str:
    code = process.exit_code or 0
    return f"signal {-code}" if code < 0 else f"exit code {code}"
