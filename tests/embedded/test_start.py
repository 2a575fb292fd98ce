"""The start as a person sees it: real processes, one address, nothing left behind."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.folders import ROOT, data_folder, environment_of_its_own

COMMAND = [sys.executable, str(ROOT / "helpdesk" / "embedded")]
PROCESSES = {"postgres", "valkey-server", "uvicorn", "pulse", "work", "beat"}

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]


class Start:
    """One `./run --data FOLDER`."""

    def __init__(self, data: Path, *, user: str | None = None, **settings: str) -> None:
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [*COMMAND, "start", "--data", str(data)],
            env=environment_of_its_own(**settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            user=user,
        )
        self._listener = threading.Thread(target=self._listen)
        self._listener.start()

    @property
    def address(self) -> str:
        """Once it is printed."""
        assert eventually(lambda: self.process.poll() is not None or bool(self._addresses()), within=120)
        assert self._addresses(), self.said
        return self._addresses()[0]

    def wait_for_everybody(self) -> None:
        assert self.address
        assert eventually(lambda: set(self.family().values()) >= PROCESSES), self.family()

    def family(self) -> dict[int, str]:
        """Every process below us, by what it is."""
        return {pid: kind_of(pid) for pid in descendants(self.process.pid)}

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        self._listener.join()
        return self.process.returncode

    def _addresses(self) -> list[str]:
        return re.findall(r"http://localhost:\d+/", "".join(self.said))

    def _listen(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            self.said.extend(lines)


def descendants(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in task.read_text().split():
            found += [int(child), *descendants(int(child))]
    return found


def kind_of(pid: int) -> str:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return "gone"
    found = re.search(r"postgres|valkey-server|uvicorn|-Q (\w+)|(beat)", words)
    return (found[1] or found[2] or found[0]) if found else words


def is_alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def eventually(condition: Callable[[], bool], *, within: float = 30) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.05)
    return True


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    with data_folder() as path:
        yield path


@contextmanager
def started(data: Path, **settings: str) -> Iterator[Start]:
    start = Start(data, **settings)
    try:
        yield start
    finally:
        if start.process.poll() is None:
            start.end()


@pytest.fixture(scope="module")
def starts(data: Path) -> Iterator[list[Start]]:
    """On `data`, the newest last. It goes on after its test."""
    starts: list[Start] = []
    yield starts
    for start in starts:
        if start.process.poll() is None:
            start.end()


@pytest.fixture
def running(data: Path, starts: list[Start]) -> Start:
    """At work, since now or since an earlier test."""
    if not starts or starts[-1].process.poll() is not None:
        starts.append(Start(data))
    starts[-1].wait_for_everybody()
    return starts[-1]


def manage(data: Path, *arguments: str) -> str:
    done = subprocess.run(
        [*COMMAND, "manage", *arguments, "--data", str(data)],
        env=environment_of_its_own(LOG_LEVEL="ERROR"),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def is_well(running: Start) -> bool:
    return httpx.get(f"{running.address}livez", timeout=30).is_success


def count_users(data: Path) -> int:
    return int(manage(data, "shell", "-v0", "-c", "from teams.models import User; print(User.objects.count())"))


def test_everything_starts_says_one_address_and_stops_clean_within_five_seconds(running: Start, data: Path):
    family = running.family()

    assert is_well(running)
    began = time.monotonic()
    assert running.end(signal.SIGINT) == 0
    assert time.monotonic() - began < 5
    assert [pid for pid in family if is_alive(pid)] == []
    assert len(running._addresses()) == 1
    assert not (data / "running.json").exists()


def test_a_second_start_on_the_same_data_says_where_the_first_one_runs(running: Start, data: Path):
    with started(data) as second:
        assert second.process.wait(timeout=10) == 1
        assert eventually(lambda: bool(second.said))

    where = f"{running.address} (process {running.process.pid})"
    assert second.said[0] == f"The helpdesk already runs on {data}: {where}.\n"


def test_a_command_joins_the_running_servers_or_starts_its_own_on_the_same_data(running: Start, data: Path):
    joined = count_users(data)
    running.end()

    assert count_users(data) == joined > 0


def test_a_kill_of_the_supervisor_leaves_nobody_and_costs_no_data(running: Start, starts: list[Start], data: Path):
    family = running.family()
    before = count_users(data)

    running.end(signal.SIGKILL)

    assert eventually(lambda: not any(is_alive(pid) for pid in family), within=5)
    starts.append(Start(data))
    assert starts[-1].address
    assert count_users(data) == before


def test_whoever_is_killed_comes_back(running: Start):
    # The oldest of each kind: the others are its children.
    killed = {kind: pid for pid, kind in sorted(running.family().items(), reverse=True) if kind in PROCESSES}

    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)

    assert eventually(lambda: not set(killed.values()) & set(running.family()))
    assert eventually(lambda: set(running.family().values()) >= PROCESSES)
    assert is_well(running)


def test_a_web_process_that_comes_back_has_refused_nobody(running: Start):
    (web,) = (pid for pid, kind in running.family().items() if kind == "uvicorn")

    os.kill(web, signal.SIGKILL)

    # The supervisor holds the listening socket: whoever comes meanwhile waits a little.
    assert is_well(running)


def test_servers_that_are_given_are_used_instead_of_embedded_ones():
    servers = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL")}
    with data_folder() as folder, started(folder, **servers) as running:
        assert is_well(running)
        assert not {"postgres", "valkey-server"} & set(running.family().values())
