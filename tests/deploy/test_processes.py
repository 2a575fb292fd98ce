"""Each process command of deploy/ is started for real, as in production, and does its work."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.db import connection
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.cast import ship
from tests.deploy.commands import PROCESSES, ROOT, composed_command, files_of_image

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

HOST = "help.example.com"
BIN = Path(sys.executable).parent


def eventually(condition: Callable[[], bool], *, within: float = 60) -> bool:
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            return False
        threading.Event().wait(0.1)
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def production(folder: Path) -> dict[str, str]:
    """The environment of an installation, on the servers of the suite."""
    database = connection.settings_dict
    return {
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
        "SECRET_KEY": "a-long-random-value-of-an-installation-0123456789abcdef",
        "SITE_URL": f"https://{HOST}",
        "ALLOWED_HOSTS": f"{HOST},localhost",
        "DATABASE_URL": f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}",
        "REDIS_URL": os.environ["REDIS_URL"],
        "DATA_DIR": str(folder),
        "EMAIL_URL": f"file://{folder / 'outbox'}",
        "STATIC_COLLECTED": "1",
        "WEB_CONCURRENCY": "1",
        "LOG_LEVEL": "WARNING",
    }


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the image holds: the files that get in, after the step that prepares them."""
    tree = tmp_path_factory.mktemp("image")
    for name in files_of_image():
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, tree / name)
    (tree / ".venv").symlink_to(BIN.parent)
    (step,) = re.findall(r"(?m)^RUN (SECRET_KEY=(?:.*\\\n)*.*)$", (ROOT / "deploy" / "Dockerfile").read_text())
    built = subprocess.run(
        ["/bin/sh", "-c", step], cwd=tree, env={"PATH": "/bin:/usr/bin"}, capture_output=True, text=True
    )
    assert built.returncode == 0, built.stderr
    return tree


class Running:
    def __init__(self, image: Path, folder: Path) -> None:
        self.image, self.folder = image, folder
        self.ports = {"web": free_port(), "sockets": free_port()}
        self.processes = {name: self._start(name) for name in PROCESSES}

    def _start(self, name: str) -> "subprocess.Popen[bytes]":
        words = composed_command(name)
        if name in self.ports:
            words = [re.sub(r"\b8000\b", str(self.ports[name]), word).replace("0.0.0.0", "127.0.0.1") for word in words]
        with (self.folder / f"{name}.log").open("wb") as log:
            return subprocess.Popen(
                [str(BIN / words[0]), *words[1:]], cwd=self.image, env=production(self.folder), stdout=log, stderr=log
            )

    def get(self, name: str, path: str, **headers: str) -> httpx.Response:
        told = {"Host": HOST, "X-Forwarded-Proto": "https"} | headers
        return httpx.get(f"http://127.0.0.1:{self.ports[name]}{path}", headers=told, timeout=30)

    def answers(self, name: str) -> bool:
        try:
            return self.get(name, "/livez").is_success
        except httpx.TransportError:
            return False

    def logs(self) -> str:
        return "\n".join(f"{name}: {(self.folder / f'{name}.log').read_text()[-2000:]}" for name in PROCESSES)

    def stop(self) -> dict[str, int]:
        for process in self.processes.values():
            process.terminate()
        return {name: process.wait(timeout=60) for name, process in self.processes.items()}


@pytest.fixture
def running(image: Path, tmp_path: Path) -> Iterator[Running]:
    ship()
    running = Running(image, tmp_path)
    try:
        yield running
    finally:
        running.stop()


def closing_code(port: int) -> int:
    """Of a socket that is opened by a page of ours whose reader has not signed in."""
    # Like a proxy, which comes with the name that the browser knows.
    way = socket.create_connection(("127.0.0.1", port))
    with connect(f"ws://{HOST}/ws/live/", sock=way, origin=f"https://{HOST}", proxy=None) as live:
        try:
            live.recv(timeout=10)
        except ConnectionClosed as closed:
            return closed.rcvd.code if closed.rcvd else 0
    return 0


def test_the_processes_make_a_whole_product_and_stop_when_they_are_asked(running: Running):
    assert eventually(lambda: running.answers("web") and running.answers("sockets")), running.logs()
    assert eventually(lambda: running.get("web", "/readyz").is_success), running.get("web", "/readyz").text

    # Whoever comes without TLS is sent to it; whoever comes with it is told to stay.
    plain = running.get("web", "/", **{"X-Forwarded-Proto": "http"})
    assert (plain.status_code, plain.headers["Location"]) == (301, f"https://{HOST}/")
    page = running.get("web", "/", **{"X-Request-ID": "from-the-proxy"})
    assert page.status_code in (200, 302)
    assert "max-age=" in page.headers["Strict-Transport-Security"]
    assert page.headers["X-Request-ID"] == "from-the-proxy"
    # Static files carry a name that changes with their content, and are kept for ever.
    tokens = json.loads((running.image / "staticfiles" / "staticfiles.json").read_text())["paths"]["css/tokens.css"]
    assert "immutable" in running.get("web", f"/static/{tokens}").headers["Cache-Control"]
    for path in ("/", "/new/", "/links/", "/account/login/", "/admin/login/", "/api/docs/"):
        assert running.get("web", path).status_code == 200, path
    assert running.get("web", "/", Host="evil.example").status_code == 400
    assert running.get("web", "/metrics", **{"X-Forwarded-For": "192.0.2.7"}).status_code == 404
    assert "helpdesk_check_ok" in running.get("sockets", "/metrics").text

    assert closing_code(running.ports["sockets"]) == 4401
    # uvicorn takes its leave, and then ends by the signal that it was sent.
    assert running.stop() == dict.fromkeys(PROCESSES, 0) | {"sockets": -signal.SIGTERM}, running.logs()


def test_the_model_that_reads_tickets_is_made_once(image: Path, tmp_path: Path):
    pytest.importorskip("onnx")
    program, *words = [str(tmp_path) if word == "/data" else word for word in composed_command("triage")]

    for _time in range(2):
        done = subprocess.run(
            [BIN / program, *words], cwd=image, env=production(tmp_path), capture_output=True, text=True
        )
        assert (done.returncode, done.stdout) == (0, "Tickets are read by meaning.\n"), done.stderr
    assert len(list((tmp_path / "models").glob("*.onnx"))) == 1


def test_the_checks_for_production_find_nothing(image: Path, tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=image,
        env=production(tmp_path),
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, done.stderr


def test_modules_of_ours_name_each_other_as_they_are_collected(image: Path):
    """Else the same module would run twice, once under each of its names."""
    collected = image / "staticfiles" / "js"
    hashed = [file for file in collected.rglob("*.js") if re.search(r"\.[0-9a-f]{12}\.js$", file.name)]

    named = {
        name for file in hashed for name in re.findall(r"""(?:from|import)\s*\(?["'](\./[^"']+)""", file.read_text())
    }

    assert named
    assert [name for name in named if not (collected / name).exists()] == []
    assert [name for name in named if not re.search(r"\.[0-9a-f]{12}\.js$", name)] == []
