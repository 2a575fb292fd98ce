"""Pages and API by WSGI. The number of workers is WEB_CONCURRENCY, else two; each serves four requests at a time."""

import os

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
# A client that dawdles occupies a thread of ours: the proxy buffers, and the rest is cut off.
timeout = 30
graceful_timeout = 20
keepalive = 5
# A slow leak never grows old. The jitter keeps workers from leaving together.
max_requests = 5000
max_requests_jitter = 500
# In memory: a busy disk must not look like a hanging worker.
worker_tmp_dir = "/dev/shm"  # noqa: S108 - a file without a name
