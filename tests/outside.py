"""The tests' wall: connections go to this machine only, whatever the code under test tries."""

import ipaddress
import socket
from typing import Any

import pytest

_HERE = {"localhost", "", "0.0.0.0"}


def refuse_outside_sockets() -> None:
    """For the rest of the process. A refusal fails the test even where the code swallows every Exception."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _check(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _check(self, address)
        return connect_ex(self, address)

    socket.socket.connect = guarded_connect  # type: ignore[method-assign]
    socket.socket.connect_ex = guarded_connect_ex  # type: ignore[method-assign]


def _check(connecting: socket.socket, address: Any) -> None:
    if connecting.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(str(address[0])):
        pytest.fail(f"A test tried to reach {address[0]}: mock the outside world.")


def _is_here(host: str) -> bool:
    if host in _HERE:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
