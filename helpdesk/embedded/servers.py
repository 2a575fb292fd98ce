"""PostgreSQL and Valkey of one data folder: started for as long as a command needs them."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .data_folder import DataFolder
from .database_home import DatabaseHome, socket_folder
from .postgres import Postgres
from .supervisor import Supervisor
from .valkey import Valkey


@dataclass(frozen=True)
class Servers:
    """`addresses` are DATABASE_URL and REDIS_URL; `home` is None when the database is somebody else's."""

    addresses: dict[str, str]
    home: DatabaseHome | None


@contextmanager
def running_servers(
    data: DataFolder, supervisor: Supervisor, settings: Mapping[str, str], *, is_durable: bool = True
) -> Iterator[Servers]:
    """Start what `settings` names no address of. At the end everybody whom the supervisor knows is stopped."""
    given = {name: settings[name] for name in ("DATABASE_URL", "REDIS_URL") if settings.get(name)}
    home = None if "DATABASE_URL" in given else DatabaseHome(data.path)
    sockets = socket_folder(home.account if home else None)
    data.announce({"pid": os.getpid(), "sockets": str(sockets)})
    try:
        started: dict[str, str] = {}
        if home is not None:
            started["DATABASE_URL"] = _start_postgres(home, sockets, data, supervisor, is_durable)
        if "REDIS_URL" not in given:
            started["REDIS_URL"] = _start_valkey(sockets, data, supervisor)
        addresses = given | started
        data.announce(data.running() | {"addresses": addresses, "is_embedded": home is not None})
        yield Servers(addresses, home)
    finally:
        supervisor.stop()
        shutil.rmtree(sockets, ignore_errors=True)


def _start_postgres(
    home: DatabaseHome, sockets: Path, data: DataFolder, supervisor: Supervisor, is_durable: bool
) -> str:
    postgres = Postgres(home, sockets, is_durable=is_durable)
    postgres.prepare()
    process = postgres.process(data.logs / "postgres.log")
    supervisor.start(process, is_server=True)
    supervisor.wait_until_ready(process, lambda: postgres.is_ready(process), seconds=120)
    return postgres.url


def _start_valkey(sockets: Path, data: DataFolder, supervisor: Supervisor) -> str:
    valkey = Valkey(sockets)
    process = valkey.process(data.logs / "valkey.log")
    supervisor.start(process, is_server=True)
    supervisor.wait_until_ready(process, valkey.is_ready, seconds=30)
    return valkey.url
