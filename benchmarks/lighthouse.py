"""`./run bench lighthouse`: what Google's Lighthouse says of the customer pages, as a phone sees them.

Needs `lighthouse` (npm install -g lighthouse) and Chromium on the PATH; talks to a server of its own on loopback.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.utils.timezone import now

from benchmarks.goal import Goal, MissingData
from helpdesk.demo.loading import load_demo
from teams.models import User
from tickets.models import Ticket

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROME = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"


def run(_argv: Sequence[str]) -> list[Goal]:
    lighthouse, chromium = _found("lighthouse"), _found("chromium")
    load_demo(as_of=now())
    ticket = Ticket.objects.filter(messages__is_from_staff=True).select_related("requester").first()
    if ticket is None:
        raise MissingData("The demo has no answered ticket.")
    cookie = f"{settings.SESSION_COOKIE_NAME}={_session_of(ticket.requester)}"
    pages = {"welcome": "/", "new ticket": "/new/", "ticket": f"/tickets/{ticket.public_id}/", "list": "/tickets/"}
    goals = []
    with _server() as address:
        for name, path in pages.items():
            scores = _scores(lighthouse, chromium, address + path, cookie)
            goals += [
                Goal.at_least(f"{name}, {category}", scores[category], LEAST, unit="of 100") for category in CATEGORIES
            ]
    return goals


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise MissingData(f"`{program}` is not on the PATH.")
    return path


def _session_of(user: User) -> str:
    """A signed-in browser's session key."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _scores(lighthouse: str, chromium: str, url: str, cookie: str) -> dict[str, float | None]:
    """Category → points, None when Lighthouse could not say."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                lighthouse, url, "--quiet", "--output=json", f"--output-path={report}", f"--chrome-flags={CHROME}",
                f"--only-categories={','.join(CATEGORIES)}", "--extra-headers", json.dumps({"Cookie": cookie}),
            ],
            env=os.environ | {"CHROME_PATH": chromium}, check=True, timeout=180, capture_output=True,
        )  # fmt: skip
        found = json.loads(report.read_text())["categories"]
    return {name: None if found[name]["score"] is None else found[name]["score"] * 100 for name in CATEGORIES}


@contextmanager
def _server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        web = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", "helpdesk.asgi:application", "--fd", str(listening.fileno()),
                "--lifespan", "off", "--log-level", "warning",
            ],
            env=os.environ | {"SITE_URL": address}, pass_fds=[listening.fileno()], stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            _await(f"{address}/livez")
            yield address
        finally:
            web.terminate()
            web.wait(timeout=20)


def _await(url: str) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            sleep(0.2)
    raise MissingData("The server did not answer within a minute.")
