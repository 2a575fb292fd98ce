"""A filled database of the release before goes through the migrations, loses nothing, and serves both releases meanwhile."""

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from helpdesk.embedded.database_tools import connect
from tests.deploy.commands import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.django_db, pytest.mark.timeout(600)]

# What stands in for the previous release as long as there is no tag.
FIRST_FILLED = "56d6bf250bc8"
NOT_ENTERED = ("django_", "auth_permission", "core_heartbeat")
OPENS_A_TICKET = """
from teams.models import User
from tickets.models import Channel, Ticket
from tickets.services.conversing import reply
from tickets.services.opening import open_ticket
rosa = User.objects.filter(is_staff=False).order_by("pk").first()
ticket = open_ticket(title="Still here?", description="…", requester=rosa, by=rosa, channel=Channel.WEB)
reply(ticket, body="And answered.", by=rosa, channel=Channel.WEB)
print(Ticket.objects.get(pk=ticket.pk).messages.count())
"""


def git(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True)


def previous_release() -> str:
    """The newest tag before this commit, else the commit that stands in for one."""
    tag = git("describe", "--tags", "--abbrev=0", "HEAD^")
    return tag.stdout.decode().strip() if tag.returncode == 0 else FIRST_FILLED


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    release = previous_release()
    archive = git("archive", release)
    if archive.returncode:
        pytest.skip(
            f"{release} is not in this clone ({archive.stderr.decode().strip()[:80]}): fetch the whole history with"
            " `git fetch --unshallow --tags`."
        )
    tree = tmp_path_factory.mktemp("previous")
    with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
        files.extractall(tree, filter="data")
    return tree


@pytest.fixture
def url() -> Iterator[str]:
    """A database of its own on the server of the suite."""
    settings = connection.settings_dict
    name = f"helpdesk_upgraded_{os.getpid()}"
    address = "postgres://{USER}:{PASSWORD}@/{name}?host={HOST}&port={PORT}"
    with connect(address.format(name=settings["NAME"], **_parts(settings))) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield address.format(name=name, **_parts(settings))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _parts(settings: dict[str, object]) -> dict[str, object]:
    return {part: settings[part] for part in ("USER", "PASSWORD", "HOST", "PORT")}


def manage(tree: Path, url: str, data: Path, *arguments: str) -> str:
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(data), "PYTHONPATH": str(tree), "DATABASE_URL": url, "DEBUG": "1",
        "REDIS_URL": os.environ["REDIS_URL"], "DATA_DIR": str(data), "STATEMENT_TIMEOUT_SECONDS": "600",
        "LOG_LEVEL": "ERROR",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=tree, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def rows(url: str) -> dict[str, int]:
    with connect(url) as database:
        tables = database.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        ).fetchall()
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in tables
            if not name.startswith(NOT_ENTERED)
        }


def history(url: str) -> tuple[int, str]:
    """How many events there are, and a hash of what they say."""
    what = "concat_ws('|', ticket_id, seq, kind, at, data::text, encode(hash::bytea, 'hex'), encode(prev_hash::bytea, 'hex'))"
    with connect(url) as database:
        return database.execute(
            f"SELECT count(*), md5(string_agg({what}, chr(10) ORDER BY ticket_id, seq)) FROM tickets_ticketevent"
        ).fetchone()


def test_nothing_is_lost_and_both_releases_work_on_the_new_schema(previous: Path, url: str, tmp_path: Path):
    manage(previous, url, tmp_path, "migrate", "-v0")
    manage(previous, url, tmp_path, "load_demo")
    before, told = rows(url), history(url)
    assert before["tickets_ticket"] > 0

    manage(ROOT, url, tmp_path, "migrate", "-v0")

    after = rows(url)
    assert {table: count for table, count in before.items() if after.get(table, 0) < count} == {}
    entered = ("tickets_ticket", "tickets_message", "teams_user", "notifications_notification", "tickets_ticketevent")
    assert {table: after[table] for table in entered} == {table: before[table] for table in entered}
    assert history(url) == told
    for tree in (previous, ROOT, previous):
        assert manage(tree, url, tmp_path, "shell", "-v0", "-c", OPENS_A_TICKET).strip().endswith("2")
