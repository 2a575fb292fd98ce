"""`./run manage …`: a Django command on the servers that run already, or on servers started for the call."""

import sys
from collections.abc import Sequence
from pathlib import Path

from .console import say
from .data_folder import DataFolder
from .database_home import DatabaseHome
from .desk import is_demo
from .environment import ROOT, environment_for, given_settings
from .foreground import run_in_foreground
from .product import Product
from .refusal import Refusal
from .schema import mark_up_to_date
from .servers import running_servers
from .signals import hold_signals, wait_for
from .start import PREPARE_SECONDS, already_running
from .supervisor import Supervisor

_JOIN_SECONDS = 60


def manage(data: DataFolder, arguments: Sequence[str]) -> int:
    """The command's exit code."""
    hold_signals()
    if not data.claim():
        return _join(data, arguments)
    try:
        supervisor = Supervisor(say)
        with running_servers(data, supervisor, given_settings()) as servers:
            environment = _environment(data, servers.addresses, is_embedded=servers.home is not None)
            if servers.home is not None and not servers.home.schema_stamp.exists():
                _prepare(Product(data, environment), supervisor, servers.home)
            code = _call(arguments, environment)
            data.wait_for_users()
            return code
    finally:
        data.release()


def _prepare(product: Product, supervisor: Supervisor, home: DatabaseHome) -> None:
    """So that a command on an empty folder finds its tables. A failure is told, but the command may be the cure."""
    try:
        supervisor.run_to_end(product.preparing(), seconds=PREPARE_SECONDS)
        mark_up_to_date(home)
    except Refusal as refusal:
        say(str(refusal))


def _join(data: DataFolder, arguments: Sequence[str]) -> int:
    with data.used():
        if not wait_for(lambda: "addresses" in data.running(), seconds=_JOIN_SECONDS):
            raise Refusal(already_running(data))
        running = data.running()
        return _call(arguments, _environment(data, running["addresses"], is_embedded=running["is_embedded"]))


def _environment(data: DataFolder, addresses: dict[str, str], *, is_embedded: bool) -> dict[str, str]:
    site = data.running().get("address", "http://localhost:8000/").rstrip("/")
    return environment_for(
        given_settings(),
        addresses=addresses,
        data=data.path,
        secret_key=data.secret_key(),
        SITE_URL=site,
        EMBEDDED_SERVERS="1" if is_embedded else "0",
        DEMO="1" if is_demo(data, given_settings()) else "0",
        # A person waits for the answer: a rebuild may take its time, and what went as it should need not be logged.
        STATEMENT_TIMEOUT_SECONDS="600",
        LOG_LEVEL="WARNING",
        LOG_FORMAT="console",
    )


def _call(arguments: Sequence[str], environment: dict[str, str]) -> int:
    # Where the person is, so that relative file names mean what they say.
    return run_in_foreground([sys.executable, str(ROOT / "manage.py"), *arguments], env=environment, cwd=Path.cwd())
