"""The listening socket. We hold it, not the web process: a restart of that one refuses nobody."""

import errno
import socket

from .refusal import Refusal

HOST = "127.0.0.1"
DEFAULT_PORT = 8000


def listen(port: int | None) -> socket.socket:
    """On the port that was asked for or nowhere; without a wish, on the first free one from 8000."""
    if port is not None:
        listening = _listen_on(port)
        if listening is None:
            raise Refusal(f"Port {port} is taken: choose another one with --port, or leave it out.")
        return listening
    for candidate in range(DEFAULT_PORT, DEFAULT_PORT + 100):
        listening = _listen_on(candidate)
        if listening is not None:
            return listening
    raise Refusal(f"All ports from {DEFAULT_PORT} to {DEFAULT_PORT + 99} are taken: choose one with --port.")


def listen_anywhere() -> socket.socket:
    """On whichever port is free, for what only our own processes talk to."""
    listening = _listen_on(0)
    assert listening is not None  # noqa: S101 - no port is asked for, so none can be taken
    return listening


def _listen_on(port: int) -> socket.socket | None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen(512)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            return None
        raise Refusal(f"Port {port} can't be used ({error.strerror}): choose another one with --port.") from None
    return listening
