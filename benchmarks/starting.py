"""`./run bench starting [--cold]`: from a bare copy of the code to the first page, once more, and to the stop, in seconds.

Warm means that the installers find the packages in their caches; with `--cold` the caches are empty, and the network counts.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

from benchmarks.goal import Goal, MissingData

ROOT = Path(__file__).resolve().parents[1]
LONGEST_SECONDS = 600
# The installation that is measured has nothing of the one that measures.
_OURS = re.compile(
    r"DATABASE_URL|REDIS_URL|DATA_DIR|MEDIA_ROOT|SITE_URL|SECRET_KEY|DEBUG|DEMO|E(MAIL|MBEDDED)_.*|PYTHON.*|DJANGO_.*"
)
_NOT_COPIED = shutil.ignore_patterns(".venv", ".data", ".git", "__pycache__", ".*_cache", ".hypothesis", "staticfiles")


@dataclass(frozen=True)
class Stop:
    seconds: float
    left: int


def run(argv: Sequence[str]) -> list[Goal]:
    # Whoever reads the seconds wants to know how many others had the processors meanwhile.
    print(f"Load at the beginning: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
    with bare_copy() as tree:
        first, stop = _first_page_and_stop(tree, _environment())
        second, again = _first_page_and_stop(tree, _environment())
        goals = [
            Goal.at_most("from nothing to the first page, warm caches", first, 30, unit="s"),
            Goal.at_most("second start to the first page", second, 5, unit="s"),
            Goal.at_most("stop after the first start", stop.seconds, 5, unit="s"),
            Goal.at_most("stop after the second start", again.seconds, 5, unit="s"),
            Goal.exactly("processes left behind", stop.left + again.left, 0, unit=""),
        ]
    if "--cold" in argv:
        with bare_copy() as tree, tempfile.TemporaryDirectory(prefix="helpdesk-caches-") as caches:
            cold, _stop = _first_page_and_stop(tree, _environment(UV_CACHE_DIR=caches, PIP_CACHE_DIR=caches))
            goals.append(Goal.at_most("from nothing to the first page, cold caches", cold, 60, unit="s"))
    return goals


@contextmanager
def bare_copy() -> Iterator[Path]:
    """The code as a fresh clone has it: no environment, no data."""
    with tempfile.TemporaryDirectory(prefix="helpdesk-start-") as folder:
        # So that the database's account passes through.
        Path(folder).chmod(0o711)
        tree = Path(folder) / "helpdesk"
        shutil.copytree(ROOT, tree, ignore=_NOT_COPIED)
        yield tree


def _environment(**more: str) -> dict[str, str]:
    given = {name: value for name, value in os.environ.items() if not _OURS.fullmatch(name)}
    venv = str(Path(sys.executable).parent)
    # Our own environment's programs would spare it work.
    path = os.pathsep.join(part for part in given.get("PATH", os.defpath).split(os.pathsep) if part != venv)
    return given | {"PATH": path, "PYTHONUNBUFFERED": "1"} | more


def _first_page_and_stop(tree: Path, environment: dict[str, str]) -> tuple[float, Stop]:
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            [_plain_python(), tree / "run"], cwd=tree, env=environment, stdout=said, stderr=said, start_new_session=True
        )
        try:
            _wait_for_first_page(process, said)
            ready = time.monotonic() - began
        finally:
            stop = _stop(process, tree)
    return ready, stop


def _plain_python() -> str:
    return getattr(sys, "_base_executable", sys.executable)


def _wait_for_first_page(process: "subprocess.Popen[bytes]", said: IO[str]) -> None:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        said.seek(0)
        lines = said.read()
        if process.poll() is not None:
            raise MissingData(f"The start ended by itself: {lines[-2000:]}")
        if found := re.search(r"http://localhost:\d+/", lines):
            _read(found[0])
            return
        time.sleep(0.05)
    raise MissingData(f"No first page within {LONGEST_SECONDS} s.")


def _read(address: str) -> None:
    try:
        with urlopen(address, timeout=30) as page:
            page.read()
    except URLError as error:
        raise MissingData(f"The first page did not come: {error}") from error


def _stop(process: "subprocess.Popen[bytes]", tree: Path) -> Stop:
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=60)
    except subprocess.TimeoutExpired:
        process.kill()
    return Stop(time.monotonic() - began, len(_processes_of(tree)))


def _processes_of(tree: Path) -> list[int]:
    """Whoever was started from the copy, by its command line."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and os.fsencode(tree) in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found
