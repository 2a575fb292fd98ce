"""Whether a host name means this very machine, and whether a request comes from it."""

import ipaddress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # The settings import this module.
    from django.http import HttpRequest

# A proxy on the same machine comes from loopback, too; what it hands on is not from here.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via")


def is_this_machine(host: str) -> bool:
    """True for `localhost`, names below it, and loopback addresses, with or without brackets."""
    host = host.strip("[]").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def comes_from_this_machine(request: "HttpRequest") -> bool:
    """And past no proxy."""
    is_forwarded = any(name in request.headers for name in _FORWARDED)
    return not is_forwarded and is_this_machine(request.META.get("REMOTE_ADDR", ""))
