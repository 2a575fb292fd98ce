"""The embedded PostgreSQL: a cluster made once, a server that listens on a socket and lets in only its owner."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from .account import our_name
from .database_home import DatabaseHome
from .processes import Process, tied_to_us
from .refusal import DISK_IS_FULL, Refusal, is_disk_full
from .signals import pause

MAJOR_VERSION = "18"
# The product is no superuser, as in production: what needs one fails here first.
ROLE = DATABASE = "helpdesk"

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    "max_wal_size": "512MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "random_page_cost": "1.1",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_messages": "warning",
}
# For a database that nobody will miss.
_UNSAFE_SETTINGS = {"fsync": "off", "full_page_writes": "off"}

_GOODBYE_SECONDS = 10.0


class Postgres:
    def __init__(self, home: DatabaseHome, sockets: Path, *, is_durable: bool = True) -> None:
        self._home = home
        self._cluster = home.cluster
        self._sockets = sockets / "postgres"
        self._is_durable = is_durable
        self._env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"}
        self._user = {} if home.account is None else home.account.popen

    @property
    def url(self) -> str:
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self._sockets))}"

    def prepare(self) -> None:
        """Make the cluster if there is none."""
        if self._home.account is None:
            self._sockets.mkdir(mode=0o700)
        else:
            self._home.account.own(self._sockets)
        if not self._cluster.exists():
            self._make_cluster()
        version = (self._cluster / "PG_VERSION").read_text().strip()
        if version != MAJOR_VERSION:
            raise Refusal(
                f"The database in {self._cluster} was made by PostgreSQL {version}, and this is {MAJOR_VERSION}:"
                " restore it from a backup."
            )
        self._write_door()

    def process(self, log: Path) -> Process:
        return Process(
            name="postgres",
            argv=[str(self._home.program() / "postgres"), "-D", str(self._cluster), *self._options()],
            env=self._env,
            log=log,
            # "Fast": disconnect everybody, write a checkpoint.
            stop_with=signal.SIGINT,
            # "Immediate": the next start recovers, which takes less than a second.
            die_with=signal.SIGQUIT,
            user=self._user,
            before_start=self._settle_pid_file,
        )

    def is_ready(self, process: Process) -> bool:
        """What pg_ctl looks at: the last line of the pid file, written by the server itself."""
        lines = self._pid_file_lines()
        return len(lines) >= 8 and lines[0].strip() == str(process.pid) and lines[7].strip() == "ready"

    def _options(self) -> list[str]:
        settings = _SETTINGS | {"unix_socket_directories": str(self._sockets)}
        if not self._is_durable:
            settings |= _UNSAFE_SETTINGS
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    def _make_cluster(self) -> None:
        """In a draft folder that is renamed at the end: an interrupted start leaves nothing half made."""
        draft = self._home.path / "cluster.new"
        if draft.exists():
            shutil.rmtree(draft)
        if self._home.account is None:
            draft.mkdir(mode=0o700)
        else:
            self._home.account.own(draft)
        program = self._home.program()
        initdb = [str(program / "initdb"), "-D", str(draft), "-U", "postgres", "-A", "peer", "-E", "UTF8"]
        # Without ICU in the wheel, the builtin provider is what sorts alike on every machine.
        initdb += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        self._run([*initdb, *([] if self._is_durable else ["--no-sync"])])
        self._run(
            [str(program / "postgres"), "--single", "-D", str(draft), "postgres"],
            # One statement a line.
            stdin=f"CREATE ROLE {ROLE} LOGIN CREATEDB\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n",
        )
        draft.rename(self._cluster)

    def _run(self, argv: list[str], *, stdin: str = "") -> None:
        """Raises Refusal, or StopRequested: whoever does not want to wait for it need not."""
        with subprocess.Popen(
            argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=self._env,
            text=True,
            start_new_session=True,
            preexec_fn=tied_to_us(signal.SIGKILL),
            **self._user,
        ) as running:
            try:
                said = _answer(running, stdin)
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(running.pid, signal.SIGKILL)
        # The single-user server reports errors, goes on, and ends well.
        if running.returncode or "ERROR:" in said:
            why = f"{DISK_IS_FULL} " if is_disk_full(said, self._home.path) else ""
            lines = "\n  ".join(said.strip().splitlines()[-6:])
            raise Refusal(f"{why}The database could not be made:\n  {lines}")

    def _write_door(self) -> None:
        """Who comes in: whoever runs this product, known by the kernel. No password, and nobody else."""
        name = our_name()
        door = {
            "pg_hba.conf": "local all all peer map=owner\n",
            "pg_ident.conf": f'owner "{name}" {ROLE}\nowner "{name}" postgres\n',
        }
        for file, text in door.items():
            (self._cluster / file).write_text(text)

    def _settle_pid_file(self) -> None:
        """PostgreSQL refuses to start when its pid file names a process that lives, whatever that is.

        We hold the lock of the data folder, so it is either our own former server, about to end, or a stranger who
        was given the number. A stranger's number is replaced by ours: PostgreSQL takes its parent for harmless, and
        still checks by the other lines that no process uses the cluster.
        """
        lines = self._pid_file_lines()
        if not lines or not lines[0].strip().isdigit():
            return
        pid = int(lines[0])
        deadline = time.monotonic() + _GOODBYE_SECONDS
        while self._is_our_server(pid) and time.monotonic() < deadline:
            os.kill(pid, signal.SIGQUIT)
            time.sleep(0.1)
        if _is_alive(pid):
            lines[0] = f"{os.getpid()}\n"
            (self._cluster / "postmaster.pid").write_text("".join(lines))

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self._cluster / "postmaster.pid").read_text().splitlines(keepends=True)
        except OSError:
            return []

    def _is_our_server(self, pid: int) -> bool:
        try:
            return Path(os.readlink(f"/proc/{pid}/cwd")) == self._cluster
        except OSError:
            return False


def _answer(running: "subprocess.Popen[str]", asked: str | None) -> str:
    """What it says among its errors until it ends. Raises StopRequested."""
    while True:
        try:
            return running.communicate(asked, timeout=0.05)[1]
        except subprocess.TimeoutExpired:
            # It goes on with what it was given the first time.
            asked = None
            pause(0)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
