"""Processes are kept alive while we run, and never outlive us."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from helpdesk.embedded.processes import Process
from helpdesk.embedded.refusal import Refusal
from helpdesk.embedded.supervisor import Supervisor

ROOT = Path(__file__).resolve().parents[2]

# A supervisor of its own process, as `./run` is one: watches the shell script that it is given.
WATCH = """
import sys
from pathlib import Path
from embedded.processes import Process
from embedded.signals import StopRequested, hold_signals
from embedded.supervisor import Supervisor

hold_signals()
supervisor = Supervisor(lambda line: print(line, flush=True))
supervisor.start(Process("child", ["/bin/sh", "-c", sys.argv[1]], env={}, log=Path(sys.argv[2])))
print("watching", flush=True)
try:
    supervisor.watch()
except StopRequested:
    supervisor.stop()
"""


@pytest.fixture
def watch(tmp_path: Path):
    started: list[subprocess.Popen[str]] = []

    def start(script: str) -> subprocess.Popen[str]:
        watching = subprocess.Popen(
            [sys.executable, "-c", WATCH, script, str(tmp_path / "child.log")],
            env={"PYTHONPATH": str(ROOT / "helpdesk")},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(watching)
        assert watching.stdout is not None
        assert watching.stdout.readline() == "watching\n"
        return watching

    yield start
    for watching in started:
        watching.kill()
        watching.wait()
        assert watching.stdout is not None
        watching.stdout.close()


def eventually(condition: Callable[[], bool], *, within: float = 10) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
    return True


def numbers(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_who_ends_is_started_again_and_the_person_is_told(watch, tmp_path: Path):
    watching = watch("echo $$; sleep 0.1; exit 3")

    assert watching.stdout.readline().startswith("child ended (exit code 3), starting again in 1 s. Log: ")
    assert eventually(lambda: len(numbers(tmp_path / "child.log")) >= 2)
    # The second failure in a row waits longer.
    assert "starting again in 2 s" in watching.stdout.readline()


def test_a_kill_of_the_supervisor_leaves_nobody_behind(watch, tmp_path: Path):
    watching = watch("echo $$; exec sleep 60")
    assert eventually(lambda: bool(numbers(tmp_path / "child.log")))
    (child,) = numbers(tmp_path / "child.log")

    watching.send_signal(signal.SIGKILL)

    assert eventually(lambda: not is_alive(child))


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_does_not_listen_is_killed_with_its_children_within_five_seconds(watch, tmp_path: Path, asked):
    watching = watch('trap "" TERM; echo $$; sleep 60 & echo $!; wait; wait')
    assert eventually(lambda: len(numbers(tmp_path / "child.log")) == 2)
    pids = numbers(tmp_path / "child.log")
    started = time.monotonic()

    watching.send_signal(asked)
    watching.wait(timeout=10)

    assert time.monotonic() - started < 5
    assert eventually(lambda: not any(is_alive(pid) for pid in pids))


def test_a_start_that_fails_shows_the_last_lines_of_its_log(tmp_path: Path):
    process = Process("database", ["/bin/sh", "-c", "echo the reason; exit 1"], env={}, log=tmp_path / "log")
    supervisor = Supervisor(print)
    supervisor.start(process)

    with pytest.raises(Refusal, match=r"(?s)database ended at its start \(exit code 1\).*the reason"):
        supervisor.wait_until_ready(process, lambda: False, seconds=10)
    supervisor.stop()


def test_a_full_disk_is_called_a_full_disk(tmp_path: Path):
    said = "echo 'could not write: No space left on device'; exit 1"

    with pytest.raises(Refusal, match=r"^The disk is full"):
        Supervisor(print).run_to_end(
            Process("prepare", ["/bin/sh", "-c", said], env={}, log=tmp_path / "log"), seconds=9
        )


def test_a_log_does_not_grow_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("helpdesk.embedded.processes.LOG_LIMIT", 5)
    script = "echo first; until [ -e go ]; do sleep 0.02; done; echo last"
    process = Process("chatty", ["/bin/sh", "-c", script], env={}, log=tmp_path / "chatty.log", cwd=tmp_path)
    process.start()
    assert eventually(lambda: process.log.read_text() == "first\n")

    process.shorten_log()
    (tmp_path / "go").touch()

    assert eventually(lambda: not process.is_running)
    assert process.log.read_text() == "last\n"
    assert (tmp_path / "chatty.log.1").read_text() == "first\n"
