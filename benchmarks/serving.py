"""The product as real processes on loopback, for benchmarks that look at it from outside."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep

import httpx
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from benchmarks.goal import MissingData
from teams.models import User


@contextmanager
def server() -> Iterator[str]:
    """Pages and sockets; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        arguments = ["uvicorn", "helpdesk.asgi:application", "--fd", str(listening.fileno())]
        arguments += ["--ws", "websockets-sansio", "--lifespan", "off", "--log-level", "warning"]
        with _process(arguments, address, pass_fds=[listening.fileno()]):
            _await(f"{address}/livez")
            yield address


@contextmanager
def web_workers(application: str) -> Iterator[str]:
    """WSGI workers as production has them: as many, with as many threads. Yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        arguments = ["gunicorn", application, "--config", "deploy/gunicorn.conf.py", "--log-level", "warning"]
        arguments += ["--bind", f"fd://{listening.fileno()}"]
        with _process(arguments, address, pass_fds=[listening.fileno()], stderr=subprocess.DEVNULL):
            _await(f"{address}/livez")
            yield address


@contextmanager
def workers(address: str) -> Iterator[None]:
    """Relay and deliveries, as the one-command start has them: two workers, one process each."""
    common = ["celery", "-A", "helpdesk", "worker", "-c", "1", "--without-gossip", "--without-mingle"]
    quiet = ["--loglevel", "WARNING"]
    with (
        _process([*common, "-Q", "pulse", "-n", "pulse@%h", *quiet], address),
        _process([*common, "-Q", "work", "-n", "work@%h", *quiet], address),
    ):
        yield


def session_of(user: User) -> str:
    """A signed-in browser's cookie, as "name=value"."""
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


@contextmanager
def _process(
    arguments: list[str], address: str, *, pass_fds: list[int] | None = None, stderr: int | None = None
) -> Iterator[None]:
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        env=os.environ | {"SITE_URL": address}, pass_fds=pass_fds or [], stdout=subprocess.DEVNULL, stderr=stderr,
    )  # fmt: skip
    try:
        yield
    finally:
        process.terminate()
        process.wait(timeout=30)


def _await(url: str) -> None:
    deadline = monotonic() + 60
    while monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            sleep(0.2)
    raise MissingData("The server did not answer within a minute.")
