"""Asking an address that somebody typed in, without becoming their way into the house.

The name is resolved once, every address it has must be a public one, and the connection goes to that very address. No
redirects, no other ports, and an end in time and size. Hosts of one's own network are named in FETCH_PRIVATE_HOSTS.
"""

import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.hosts import is_this_machine

PORTS = {"http": 80, "https": 443}
CHUNK = 64 * 1024
# Global unicast: whatever leads to an IPv4 address by translation lies outside of it, but for 6to4 and ISATAP.
_UNICAST = ip_network("2000::/3")
# How the lower half of an ISATAP address begins; the rest is an IPv4 address of any kind.
_ISATAP = (0x00005EFE, 0x02005EFE)
_NONE: Mapping[str, str] = {}


class FetchFailed(DomainError):
    """The message says what happened, for whoever typed the address in."""

    code = "fetch_failed"


@dataclass(frozen=True, slots=True)
class _Address:
    scheme: str
    host: str
    port: int
    path: str
    # One of FETCH_PRIVATE_HOSTS.
    is_own: bool
    # Where the connection goes: what the name stood for when it was checked.
    pinned: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is its beginning, as far as it was asked for and came in time."""

    status: int
    body: bytes
    retry_after: str


def fetch(url: str, *, most_bytes: int, seconds: float) -> bytes:
    """The body of a 200 answer. Raises FetchFailed with a sentence for everything else."""
    # From now on: a name may take its time to be found, too.
    deadline = time.monotonic() + seconds
    address = _checked(url)
    with _in_words(address, deadline), _asked(address, "GET", deadline=deadline) as answer:
        if answer.status != 200:
            raise FetchFailed(
                _("%(host)s answered %(status)s instead of sending it.")
                % {"host": address.host, "status": answer.status}
            )
        body = bytearray()
        while chunk := answer.read1(CHUNK):
            body += chunk
            if len(body) > most_bytes:
                raise FetchFailed(_("%(host)s sends more than is taken.") % {"host": address.host})
        _time_left(deadline)
        return bytes(body)


def post(url: str, body: bytes, *, headers: Mapping[str, str], most_bytes: int, seconds: float) -> Answer:
    """What the other side says to `body`, whatever it says. Raises FetchFailed with a sentence when it says nothing."""
    deadline = time.monotonic() + seconds
    address = _checked(url)
    asked = _asked(address, "POST", body=body, headers=headers, deadline=deadline)
    with _in_words(address, deadline), asked as answer:
        return Answer(answer.status, _beginning(answer, most_bytes), answer.headers.get("Retry-After", ""))


def is_own_host(url: str) -> bool:
    """Whether FETCH_PRIVATE_HOSTS names it."""
    try:
        return _parsed(url).is_own
    except FetchFailed:
        return False


def check_url(url: str) -> None:
    """Raises FetchFailed for what would never be asked, as far as that shows without asking anybody for the name."""
    parsed = _parsed(url)
    if parsed.is_own:
        return
    if is_this_machine(parsed.host):
        raise FetchFailed(_("%(host)s lies in a private network, and is not asked.") % {"host": parsed.host})
    with suppress(OSError, UnicodeError):
        numbers = socket.getaddrinfo(parsed.host, parsed.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        if not all(_is_public(str(entry[4][0])) for entry in numbers):
            raise FetchFailed(_("%(host)s lies in a private network, and is not asked.") % {"host": parsed.host})


def _checked(url: str) -> _Address:
    parsed = _parsed(url)
    return replace(parsed, pinned=_resolved(parsed.host, parsed.port, is_own=parsed.is_own))


def _parsed(url: str) -> _Address:
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError as error:
        raise FetchFailed(_("This is no address of a web page.")) from error
    if parts.scheme not in PORTS or not parts.hostname or parts.username or not url.isascii() or not url.isprintable():
        raise FetchFailed(_("Give an address that begins with https:// or http:// and names no user."))
    is_own = f"{parts.hostname}:{port}" in settings.FETCH_PRIVATE_HOSTS
    if port != PORTS[parts.scheme] and not is_own:
        raise FetchFailed(_("Only the usual ports are asked, 443 and 80."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if any(sign in path for sign in " \t"):
        raise FetchFailed(_("This is no address of a web page."))
    return _Address(parts.scheme, parts.hostname, port, path, is_own)


def _resolved(host: str, port: int, *, is_own: bool) -> str:
    """The first of its addresses; all must be public, so that no answer of the name's owner leads inside."""
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise FetchFailed(_("There is no host called %(host)s.") % {"host": host}) from error
    if not found or not (is_own or all(_is_public(each) for each in found)):
        raise FetchFailed(_("%(host)s lies in a private network, and is not asked.") % {"host": host})
    return found[0]


def _is_public(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    if not isinstance(parsed, IPv6Address):
        return parsed.is_global and not parsed.is_multicast
    if parsed.ipv4_mapped is not None:
        return _is_public(str(parsed.ipv4_mapped))
    if parsed not in _UNICAST or (int(parsed) >> 32) & 0xFFFFFFFF in _ISATAP:
        return False
    return parsed.is_global and (parsed.sixtofour is None or _is_public(str(parsed.sixtofour)))


@contextmanager
def _in_words(address: _Address, deadline: float) -> Iterator[None]:
    """What goes wrong on the way, as a sentence."""
    try:
        yield
    except TimeoutError as error:
        raise FetchFailed(_("%(host)s did not answer in time.") % {"host": address.host}) from error
    except ssl.SSLError as error:
        raise FetchFailed(_("%(host)s has no certificate that can be trusted.") % {"host": address.host}) from error
    except (OSError, HTTPException) as error:
        if time.monotonic() >= deadline:
            raise FetchFailed(_("%(host)s did not answer in time.") % {"host": address.host}) from error
        raise FetchFailed(_("%(host)s cannot be reached.") % {"host": address.host}) from error


@contextmanager
def _asked(
    address: _Address, method: str, *, deadline: float, body: bytes | None = None, headers: Mapping[str, str] = _NONE
) -> Iterator[HTTPResponse]:
    connection = HTTPConnection(address.host, address.port)
    # Else the port that everybody knows would be said in the Host header.
    connection.default_port = PORTS[address.scheme]
    connection.sock = connected = _connected(address, deadline)
    # A timeout counts from byte to byte: who sends one every second would never be late.
    end = threading.Timer(_time_left(deadline), _hang_up, [connection.sock])
    end.daemon = True
    end.start()
    try:
        if isinstance(connected, ssl.SSLSocket):
            connected.do_handshake()
        own = {"User-Agent": "helpdesk", "Accept-Encoding": "identity"}
        connection.request(method, address.path, body=body, headers=own | dict(headers))
        yield connection.getresponse()
    finally:
        end.cancel()
        connection.close()


def _beginning(answer: HTTPResponse, most_bytes: int) -> bytes:
    """The status has come, and counts; whoever hangs up or drips afterwards only has less of a body."""
    body = bytearray()
    with suppress(OSError, HTTPException):
        while len(body) < most_bytes and (chunk := answer.read1(most_bytes - len(body))):
            body += chunk
    return bytes(body)


def _hang_up(connected: socket.socket) -> None:
    with suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


def _connected(address: _Address, deadline: float) -> socket.socket:
    plain = socket.create_connection((address.pinned, address.port), timeout=min(10, _time_left(deadline)))
    if address.scheme == "http":
        return plain
    # The handshake comes when the end is set: it, too, may drip.
    context = ssl.create_default_context()
    return context.wrap_socket(plain, server_hostname=address.host, do_handshake_on_connect=False)


def _time_left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
