"""`./run bench lighthouse`: what Google's Lighthouse says of the customer pages, as a phone sees them.

Needs `lighthouse` (npm install -g lighthouse) and Chromium on the PATH; talks to a server of its own on loopback.
"""

import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.utils.timezone import now
from playwright.sync_api import sync_playwright

from benchmarks.goal import Goal, MissingData
from benchmarks.serving import server, session_of
from helpdesk.demo.loading import load_demo
from tickets.models import Ticket

LEAST = 95
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROME = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def run(_argv: Sequence[str]) -> list[Goal]:
    lighthouse, chromium = _found("lighthouse"), _found("chromium")
    load_demo(as_of=now())
    # A server that is not the demo refuses to start while the demo's people have their published password.
    call_command("close_demo")
    ticket = Ticket.objects.filter(messages__is_from_staff=True).select_related("requester").first()
    if ticket is None:
        raise MissingData("The demo has no answered ticket.")
    cookie = session_of(ticket.requester)
    pages = {"welcome": "/", "new ticket": "/new/", "ticket": f"/tickets/{ticket.public_id}/", "list": "/tickets/"}
    goals = []
    with server() as address, _signed_in(chromium, cookie, address) as port:
        for name, path in pages.items():
            scores = _scores(lighthouse, port, address + path)
            goals += [
                Goal.at_least(f"{name}, {category}", scores[category], LEAST, unit="of 100") for category in CATEGORIES
            ]
    return goals


def _found(program: str) -> str:
    path = shutil.which(program)
    if path is None:
        raise MissingData(f"`{program}` is not on the PATH.")
    return path


@contextmanager
def _signed_in(chromium: str, cookie: str, address: str) -> Iterator[int]:
    """A browser with the customer's session, for scripts and pictures too; yields the port that steers it."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    name, _equals, value = cookie.partition("=")
    with tempfile.TemporaryDirectory() as profile, sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium, args=[*CHROME, f"--remote-debugging-port={port}"]
        )
        context.add_cookies([{"name": name, "value": value, "url": address}])
        yield port
        context.close()


def _scores(lighthouse: str, port: int, url: str) -> dict[str, float | None]:
    """Category → points, None when Lighthouse could not say."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                lighthouse, url, "--quiet", f"--port={port}", "--disable-storage-reset", "--output=json",
                f"--output-path={report}", f"--only-categories={','.join(CATEGORIES)}",
            ],
            check=True, timeout=180, capture_output=True,
        )  # fmt: skip
        found = json.loads(report.read_text())["categories"]
    return {name: None if found[name]["score"] is None else found[name]["score"] * 100 for name in CATEGORIES}
