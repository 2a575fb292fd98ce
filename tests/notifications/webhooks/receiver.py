"""Another system on loopback that takes webhooks, and knows by itself how a signature is checked."""

import base64
import hashlib
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Received:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message_id(self):
        return self.headers["webhook-id"]

    def is_signed_with(self, secret):
        """HMAC written out after RFC 2104, with nothing of ours and nothing of hmac's."""
        key = base64.b64decode(secret.removeprefix("whsec_")).ljust(64, b"\0")
        signed = f"{self.message_id}.{self.headers['webhook-timestamp']}.".encode() + self.body
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + signed).digest()
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()
        return f"v1,{base64.b64encode(outer).decode()}" in self.headers["webhook-signature"].split(" ")


class Receiver:
    """`status` is what it says to the next calls, or 0 to hang up; with `drip` its body never ends."""

    def __init__(self):
        self.received, self.status, self.headers, self.body, self.drip = [], 200, {}, b"ok", 0.0
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                receiver.received.append(Received(self.path, headers, body))
                if not receiver.status:
                    return
                self.send_response(receiver.status)
                for name, value in receiver.headers.items():
                    self.send_header(name, value)
                self.end_headers()
                try:
                    self._send()
                except OSError:
                    """Whoever called has hung up."""

            def _send(self):
                self.wfile.write(receiver.body)
                while receiver.drip:
                    self.wfile.write(b".")
                    time.sleep(receiver.drip)

            def log_message(self, *_args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}/hooks?desk=1"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self.drip = 0.0
        self._server.shutdown()
        self._server.server_close()
