"""A real SMS gateway on loopback that can say no in the ways gateways do."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Gateway:
    """`answer` is what it says to the next messages, or 0 to hang up. `received` holds what it was sent."""

    def __init__(self):
        self.received, self.answer, self.connections = [], 202, 0
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self):
                gateway.connections += 1
                super().setup()

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if not gateway.answer:
                    self.close_connection = True
                    return
                gateway.received.append((self.path, dict(self.headers), json.loads(body)))
                answer = b'{"id": "m-1"}'
                self.send_response(gateway.answer)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    @property
    def url(self):
        return f"http://127.0.0.1:{self._server.server_port}/messages?account=7"

    @property
    def texts(self):
        return [(message["to"], message["text"]) for _path, _headers, message in self.received]

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error):
        self._server.shutdown()
        self._server.server_close()
