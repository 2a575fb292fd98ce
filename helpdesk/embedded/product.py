"""How each process of the product is started."""

import signal
import socket
import sys
from collections.abc import Mapping

from .data_folder import DataFolder
from .environment import ROOT
from .processes import Process


class Product:
    def __init__(self, data: DataFolder, environment: Mapping[str, str]) -> None:
        self._data = data
        self._environment = environment

    def preparing(self) -> Process:
        return self._python("prepare", ["-m", "helpdesk.embedded.preparing"], statement_timeout=600)

    def web(self, listening: socket.socket) -> Process:
        arguments = ["-m", "uvicorn", "helpdesk.asgi:application", "--fd", str(listening.fileno())]
        # Deflate costs memory a socket, and hints are tiny.
        arguments += ["--ws", "websockets-sansio", "--ws-per-message-deflate", "false", "--ws-max-size", "65536"]
        arguments += ["--lifespan", "off", "--no-access-log", "--timeout-graceful-shutdown", "2"]
        process = self._python("web", arguments, statement_timeout=5)
        process.pass_fds = (listening.fileno(),)
        return process

    def worker(self, *queues: str, concurrency: int) -> Process:
        """Named after its first queue."""
        name = queues[0]
        arguments = ["-m", "celery", "-A", "helpdesk", "worker", "-Q", ",".join(queues), "-n", f"{name}@%h"]
        arguments += ["-c", str(concurrency), "--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        process = self._python(name, arguments, statement_timeout=60)
        # Celery's "soft" stop: a running task gets a few seconds; what it leaves is done again.
        process.stop_with = signal.SIGQUIT
        return process

    def catcher(self, listening: socket.socket) -> Process:
        """The demo's mail server. By its path, so that it loads neither Django nor Celery."""
        program = ROOT / "helpdesk" / "demo" / "outbox" / "catcher.py"
        arguments = ["-P", str(program), "--fd", str(listening.fileno())]
        process = self._python("catcher", arguments, statement_timeout=5)
        process.pass_fds = (listening.fileno(),)
        return process

    def beat(self) -> Process:
        pid_file = self._data.path / "beat.pid"
        arguments = ["-m", "celery", "-A", "helpdesk", "beat", "--pidfile", str(pid_file), "--loglevel", "WARNING"]
        process = self._python("beat", arguments, statement_timeout=5)
        # Two beats would double every tick; ours is alone, so a file that is there is stale.
        process.before_start = lambda: pid_file.unlink(missing_ok=True)
        return process

    def _python(self, name: str, arguments: list[str], *, statement_timeout: int) -> Process:
        return Process(
            name=name,
            argv=[sys.executable, *arguments],
            env={"STATEMENT_TIMEOUT_SECONDS": str(statement_timeout), **self._environment},
            log=self._data.logs / f"{name}.log",
            cwd=ROOT,
        )
