"""A whole installation for a journey: `./run` as real processes, a mail server beside it, and clients to talk to it."""

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from tests.folders import ROOT, environment_of_its_own
from tests.journeys.peeking import Peephole
from tests.mail_server import MailServer

T = TypeVar("T")


class Installation:
    """One data folder with its processes; it can be started again on the same data."""

    def __init__(self, data: Path, mail: MailServer, *options: str) -> None:
        self.data, self.mail, self._options = data, mail, options
        self.address = ""
        self.process: subprocess.Popen[str] | None = None
        self._said: list[str] = []
        self._listener: threading.Thread | None = None
        self._peephole: Peephole | None = None
        self._environment = environment_of_its_own(EMAIL_URL=mail.url, PYTHONUNBUFFERED="1")

    def start(self, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "run"), "--data", str(self.data), *self._options],
            cwd=ROOT, env=self._environment | environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._said = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()
        self.address = eventually(self._printed_address, within=120)
        eventually(lambda: self.get("/readyz").status_code == 200, within=60)

    @property
    def said(self) -> str:
        """What it has printed since its start."""
        return "".join(self._said)

    @property
    def first_page(self) -> str:
        """The path of the address that it has printed first."""
        return re.search(r"http://localhost:\d+(/\S*)", self.said)[1]

    def forget(self, setting: str) -> None:
        """Start without it."""
        self._environment.pop(setting)

    def servers(self) -> dict[str, str]:
        """Where its database and its broker are, for a second installation on the same ones."""
        code = "import json, os; print(json.dumps([os.environ['DATABASE_URL'], os.environ['REDIS_URL'], os.environ['SECRET_KEY']]))"
        database, broker, secret = json.loads(self.shell(code).splitlines()[-1])
        return {"DATABASE_URL": database, "REDIS_URL": broker, "SECRET_KEY": secret}

    def stop(self) -> None:
        if self._peephole is not None:
            self._peephole.close()
            self._peephole = None
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
        if self._listener is not None:
            self._listener.join(timeout=5)

    def shell(self, code: str) -> str:
        """What the code prints inside the installation."""
        if self._peephole is None:
            command = [sys.executable, str(ROOT / "run"), "manage", "--data", str(self.data)]
            self._peephole = Peephole(command, self._environment | {"LOG_LEVEL": "WARNING"})
        return self._peephole.ask(code)

    def json(self, code: str) -> Any:
        """What the code prints as its last line."""
        return json.loads(self.shell(code).splitlines()[-1])

    def token(self, email: str, *flags: str) -> str:
        issue = f"call_command('issue_token', {email!r}, *{flags!r})"
        return self.shell(f"from django.core.management import call_command; {issue}").splitlines()[-1]

    def get(self, path: str) -> httpx.Response:
        return httpx.get(self.address + path, timeout=10)

    def api(self, token: str) -> httpx.Client:
        headers = {"Authorization": f"Token {token}"}
        return httpx.Client(base_url=f"{self.address}/api/v1", headers=headers, timeout=20)

    @contextmanager
    def live(self, token: str) -> Iterator["Hints"]:
        address = self.address.replace("http", "ws", 1) + "/ws/live/"
        with connect(address, additional_headers={"Authorization": f"Token {token}"}) as socket:
            hints = Hints(socket)
            # What happens before the socket listens is for the page to fetch.
            eventually(lambda: hints.of("ready"), within=10)
            yield hints

    def _listen(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        with self.process.stdout as said:
            self._said.extend(iter(said.readline, ""))

    def _printed_address(self) -> str:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError("the installation ended: " + "".join(self._said))
        found = re.search(r"http://localhost:\d+", "".join(self._said))
        return found.group() if found else ""


@contextmanager
def running(installation: Installation, **environment: str) -> Iterator[Installation]:
    """The installation from its start to its stop, also when the test fails."""
    try:
        installation.start(**environment)
        yield installation
    finally:
        installation.stop()


class Hints:
    """What a websocket was told, collected in the background."""

    def __init__(self, socket: ClientConnection) -> None:
        self.received: list[dict[str, Any]] = []
        threading.Thread(target=self._collect, args=(socket,), daemon=True).start()

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [hint for hint in list(self.received) if hint.get("kind") == kind]

    def _collect(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            for text in socket:
                self.received.append(json.loads(text))


def eventually(ask: Callable[[], T], *, within: float, every: float = 0.1) -> T:
    """Ask until the answer is true; for what happens in other processes. Fails with the last answer."""
    deadline = time.monotonic() + within
    while True:
        try:
            answer: Any = ask()
        except httpx.TransportError as error:
            answer = None
            last: Any = error
        else:
            last = answer
        if answer:
            return answer
        assert time.monotonic() < deadline, f"not within {within} s; the last answer was {last!r}"
        threading.Event().wait(every)
