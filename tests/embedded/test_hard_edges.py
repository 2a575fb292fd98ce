"""What a start meets on real machines: power cuts, full disks, other accounts, and a Python without its parts."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from helpdesk.embedded.ports import listen
from tests.embedded.conftest import Serve, connect
from tests.embedded.test_start import COMMAND, Start, eventually, is_alive, is_well, manage
from tests.folders import ROOT, data_folder, environment_of_its_own

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a small disk, and starts as another user")


@pytest.fixture
def data() -> Iterator[Path]:
    with data_folder() as path:
        yield path


@pytest.fixture
def filled(demo: Path) -> Iterator[Path]:
    with data_folder(like=demo) as path:
        yield path


@contextmanager
def small_disk(path: Path, megabytes: int) -> Iterator[None]:
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", path], capture_output=True
    )
    if made.returncode:
        pytest.skip(f"no disk can be mounted here: {made.stderr.decode().strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", path], check=True)


def start_to_its_end(data: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [*COMMAND, "start", "--data", str(data), *options]
    return subprocess.run(command, env=environment_of_its_own(), capture_output=True, text=True, timeout=110)


def can_run_python(user: str) -> bool:
    try:
        return subprocess.run([sys.executable, "--version"], user=user, capture_output=True).returncode == 0
    except PermissionError:
        return False


def makers(running: Start) -> list[int]:
    """The processes that make the database."""
    return [pid for pid in running.family() if command_of(pid).startswith("initdb")]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text()
    except OSError:
        return ""


def people_and_tickets(data: Path) -> tuple[int, int]:
    code = (
        "from teams.models import User; from tickets.models import Ticket;"
        "print(User.objects.count(), Ticket.objects.count())"
    )
    people, tickets = manage(data, "shell", "-v0", "-c", code).splitlines()[-1].split()
    return int(people), int(tickets)


def test_a_kill_of_everything_at_once_costs_nothing_that_was_there(filled: Path):
    running = Start(filled)
    running.wait_for_everybody()
    before = people_and_tickets(filled)
    family = [*running.family(), running.process.pid]

    for pid in family:
        # PostgreSQL's helpers come and go.
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    running.end(signal.SIGKILL)

    assert eventually(lambda: not any(is_alive(pid) for pid in family), within=10)
    again = Start(filled)
    try:
        assert is_well(again)
        assert people_and_tickets(filled) == before
    finally:
        again.end()


def test_a_first_start_that_is_killed_at_any_moment_is_begun_anew(data: Path):
    for seconds in (0.4, 1.5, 4, 8):
        killed = Start(data)
        # Into initdb, into the migrations, into the demo.
        time.sleep(seconds)
        killed.end(signal.SIGKILL)

    running = Start(data)
    try:
        assert is_well(running)
        assert people_and_tickets(data)[1] >= 400
    finally:
        running.end()


def looked_up(data: Path, code: str) -> "subprocess.CompletedProcess[str]":
    """In a shell of the product, after the database was prepared; with no demo in it."""
    command = [
        *COMMAND,
        "manage",
        "shell",
        "-v0",
        "-c",
        f"from django.db import connection; {code}",
        "--data",
        str(data),
    ]
    environment = environment_of_its_own(LOG_LEVEL="ERROR", DEMO="0")
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110)


# As a migration leaves it that is no single transaction, and was killed before it could note that it is done.
HALF_WAY = "connection.cursor().execute(\"DELETE FROM django_migrations WHERE name = '0014_waiting_by_assignee'\")"


def test_a_migration_that_was_killed_half_way_is_begun_anew_while_nobody_is_in_the_database(data: Path):
    assert looked_up(data, HALF_WAY).returncode == 0

    running = Start(data)
    try:
        assert is_well(running)
        assert people_and_tickets(data)[1] >= 400
    finally:
        running.end()


def test_and_never_once_somebody_is(filled: Path, serve: Serve):
    before = people_and_tickets(filled)
    assert looked_up(filled, HALF_WAY).returncode == 0
    refused = start_to_its_end(filled)
    assert refused.returncode != 0
    assert "already exists" in refused.stdout + refused.stderr

    with serve(filled) as servers, connect(servers) as connection:
        tables = ("teams_user", "tickets_ticket")
        kept = [connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables]
    assert tuple(kept) == before


def assert_told_that_the_disk_is_full(ended: "subprocess.CompletedProcess[str]") -> None:
    assert ended.returncode == 1
    said = [line for line in ended.stderr.splitlines() if line and not line.startswith("  ")]
    assert len(said) == 1, ended.stderr
    assert "disk is full" in said[0] or "No space left" in said[0]


def test_ctrl_c_while_the_database_is_made_is_heard_at_once(data: Path):
    running = Start(data)
    try:
        assert eventually(lambda: makers(running), within=60)
        for pid in makers(running):
            # However long it takes.
            os.kill(pid, signal.SIGSTOP)
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(timeout=60) == 0
        assert not (data / "database" / "cluster").exists()
    finally:
        running.end()


@needs_root
@pytest.mark.parametrize("megabytes", [1, 20, 60])
def test_a_disk_too_small_for_a_database_is_said_in_one_sentence(data: Path, megabytes: int):
    with small_disk(data, megabytes):
        assert_told_that_the_disk_is_full(start_to_its_end(data))


@needs_root
def test_a_disk_that_is_full_is_said_in_one_sentence_and_with_room_again_the_start_goes_on(data: Path, serve: Serve):
    with small_disk(data, 900):
        with serve(data):
            pass
        ballast = data / "ballast"
        ballast.write_bytes(bytes(shutil.disk_usage(data).free - 4_000_000))

        # Into the migrations.
        assert_told_that_the_disk_is_full(start_to_its_end(data))

        ballast.unlink()
        running = Start(data)
        try:
            assert is_well(running)
        finally:
            running.end()


@needs_root
def test_an_account_without_rights_starts_it_too(data: Path):
    if not can_run_python("nobody"):
        pytest.skip("this Python is closed to other accounts")
    shutil.chown(data, "nobody", "nogroup")

    running = Start(data, user="nobody", HOME=str(data))
    try:
        assert is_well(running)
        owners = {Path(f"/proc/{pid}").stat().st_uid for pid in running.family()}
        assert owners == {data.stat().st_uid}
    finally:
        running.end()


def test_an_empty_desk_is_begun_only_where_there_is_nothing(data: Path):
    (data / "database" / "cluster").mkdir(parents=True)

    refused = start_to_its_end(data, "--empty")

    assert refused.returncode == 1
    assert "holds a desk already" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_a_taken_port_is_said_in_one_sentence(data: Path):

    with listen(0) as taken:
        port = taken.getsockname()[1]
        refused = start_to_its_end(data, "--port", str(port))

    assert (refused.returncode, refused.stderr) == (
        1,
        f"Port {port} is taken: choose another one with --port, or leave it out.\n",
    )


# As on Debian with python3 alone: no module that installs anything.
WITHOUT_INSTALLERS = """
import runpy, sys
sys.modules["ensurepip"] = sys.modules["pip"] = None
sys.argv = ["run", "manage", "check"]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def test_a_python_that_can_install_nothing_is_told_which_package_is_missing(tmp_path: Path):
    shutil.copy(ROOT / "run", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    tools = tmp_path / "bin"
    tools.mkdir()

    ended = subprocess.run(
        [sys._base_executable, "-I", "-c", WITHOUT_INSTALLERS],
        cwd=tmp_path, env={"PATH": str(tools), "HOME": str(tmp_path)}, capture_output=True, text=True,
    )  # fmt: skip

    assert ended.returncode == 1
    assert (
        ended.stderr == "Nothing here can install packages: install Debian's package python3-venv, then start again.\n"
    )
