"""A web server on loopback that answers as a test tells it to."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class WebServer:
    """`body` and `status` are what the next requests get; with `drip`, one byte after another, so many seconds apart."""

    def __init__(self) -> None:
        self.answer()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(outer.status)
                for name, value in outer.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self._send()
                except OSError:
                    """Whoever asked has hung up."""

            def _send(self) -> None:
                if not outer.drip:
                    self.wfile.write(outer.body)
                    return
                for _number in range(1000):
                    self.wfile.write(b".")
                    time.sleep(outer.drip)

            def log_message(self, *_arguments: object) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def answer(
        self, *, body: bytes = b"", status: int = 200, headers: dict[str, str] | None = None, drip: float = 0
    ) -> None:
        self.body, self.status, self.headers, self.drip = body, status, headers or {}, drip

    def __enter__(self) -> "WebServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
