"""Text messages through a gateway that speaks HTTP: one POST of JSON a message, one connection a batch.

POST <SMS_GATEWAY_URL>    Authorization: Bearer <SMS_GATEWAY_TOKEN>    Idempotency-Key: <the delivery's id>
{"to": "+491701234567", "text": "…"}
"""

import json
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.core.text import single_line
from notifications.channels.channel import Channel, ChannelDown, PermanentFailure

if TYPE_CHECKING:
    from notifications.services.composing import Composed

TIMEOUT_SECONDS = 10
LONGEST_SUBJECT = 200
_LONGEST_ANSWER = 10_000
# About us, not about the message: a wrong token or address, or too many at once.
_ABOUT_US = frozenset({401, 403, 404, 405, 429})
# Clients errors that may be none the next time.
_PASSING = frozenset({408, 409, 423, 425})


class SmsChannel(Channel):
    slug = "sms"

    def __init__(self) -> None:
        url = urlsplit(settings.SMS_GATEWAY_URL)
        kind = HTTPSConnection if url.scheme == "https" else HTTPConnection
        self._connection = kind(url.hostname or "", url.port, timeout=TIMEOUT_SECONDS)
        self._path = (url.path or "/") + (f"?{url.query}" if url.query else "")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def send(self, composed: "Composed") -> str:
        number = getattr(composed.to, "mobile", None)
        if number is None:
            raise PermanentFailure("There is no mobile number any more.")
        try:
            if self._connection.sock is None:
                self._connection.connect()
        except OSError as error:
            raise ChannelDown(f"{type(error).__name__}: {error}") from error
        try:
            status, answer = self._post({"to": number.number, "text": text_of(composed)}, key=str(composed.delivery))
        except (OSError, HTTPException):
            # The conversation may be in any state. The next message needs one of its own.
            self._close()
            raise
        said = single_line(f"{status} {answer}")[:200]
        if 200 <= status < 300:
            return said
        if status in _ABOUT_US:
            raise ChannelDown(said)
        if 400 <= status < 500 and status not in _PASSING:
            raise PermanentFailure(said)
        raise GatewayRefused(said)

    def _post(self, message: dict[str, str], *, key: str) -> tuple[int, str]:
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        if settings.SMS_GATEWAY_TOKEN:
            headers["Authorization"] = f"Bearer {settings.SMS_GATEWAY_TOKEN}"
        self._connection.request("POST", self._path, json.dumps(message).encode(), headers)
        with self._connection.getresponse() as response:
            answer = response.read(_LONGEST_ANSWER).decode("utf-8", "replace")
            if not response.isclosed():
                self._close()
            return response.status, answer

    def _close(self) -> None:
        with suppress(OSError):
            self._connection.close()


class GatewayRefused(Exception):
    """It says no for now."""


def text_of(composed: "Composed") -> str:
    """Short, because it is paid by length: what happened, and where to look."""
    subject = composed.subject
    if len(subject) > LONGEST_SUBJECT:
        subject = subject[: LONGEST_SUBJECT - 1].rstrip() + "…"
    return f"{subject}\n{composed.link}"
