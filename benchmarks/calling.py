"""Calls the product as somebody with a token: in this process as a WSGI server does, or over HTTP."""

import io
import json
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlparse

from django.core.handlers.wsgi import WSGIHandler


class UnexpectedAnswer(RuntimeError):
    """An answer that is no success: its time means nothing."""


class Caller:
    """Every middleware takes part, the network does not. May be shared by threads."""

    def __init__(self, token: str) -> None:
        self._handler = WSGIHandler()
        self._authorization = f"Token {token}"

    def get(self, path: str) -> Any:
        return self._call("GET", path, b"")

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self._call("POST", path, json.dumps(body).encode())

    def _call(self, method: str, path: str, body: bytes) -> Any:
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_AUTHORIZATION": self._authorization,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.url_scheme": "http",
        }
        response = self._handler(environ, _begin_nothing)
        try:
            answer = b"".join(response)
        finally:
            # Ends the request: the connection goes back to its pool.
            response.close()
        if not 200 <= response.status_code < 300:
            raise UnexpectedAnswer(f"{method} {path}: {response.status_code} {answer[:300]!r}")
        return json.loads(answer)


class HttpCaller:
    """A connection a call, as scripts do it. May be shared by threads."""

    def __init__(self, address: str, token: str) -> None:
        self._host = urlparse(address).netloc
        self._headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def post(self, path: str, body: dict[str, Any]) -> Any:
        with closing(HTTPConnection(self._host, timeout=60)) as connection:
            connection.request("POST", path, json.dumps(body), self._headers)
            response = connection.getresponse()
            answer = response.read()
        if not 200 <= response.status < 300:
            raise UnexpectedAnswer(f"POST {path}: {response.status} {answer[:300]!r}")
        return json.loads(answer)


def _begin_nothing(_status: str, _headers: Any, _error: Any = None) -> Callable[[bytes], object]:
    """What a server would send first; here the response object tells it all."""
    return lambda _data: None
