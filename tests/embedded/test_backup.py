"""A backup brings everything back: every row, every file, and the guards of the history."""

import hashlib
import io
import os
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from helpdesk.embedded.archive import DATABASE, opened_archive
from helpdesk.embedded.backing_up import write_backup
from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.database_tools import connect
from helpdesk.embedded.refusal import Refusal
from helpdesk.embedded.restoring import check_schema, read_backup
from tests.cast import Cast, assemble
from tickets.models import Channel
from tickets.services.attaching import check_upload
from tickets.services.conversing import reply

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = "SELECT relname, relkind FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
FIRST_FILE = b"%PDF-1.4 the receipt\n"


def address(name: str) -> str:
    """Of a database on the server that the suite runs on."""
    settings = connection.settings_dict
    return (
        f"postgres://{settings['USER']}:{settings['PASSWORD']}@/{name}?host={settings['HOST']}&port={settings['PORT']}"
    )


@pytest.fixture
def url() -> str:
    return address(connection.settings_dict["NAME"])


@pytest.fixture
def empty_url(url: str) -> Iterator[str]:
    """Another database, with nothing in it."""
    name = f"helpdesk_restored_{os.getpid()}"
    with connect(url) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield address(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def cast() -> Cast:
    """With a conversation, a file, and everything that follows from them."""
    cast = assemble()
    ticket = cast.open_ticket(files=[check_upload(SimpleUploadedFile("receipt.pdf", FIRST_FILE))])
    reply(ticket, body="Refunded — sorry! ✓", by=cast.amir, channel=Channel.WEB)
    return cast


@pytest.fixture
def data(tmp_path: Path, settings, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    monkeypatch.setenv("MEDIA_ROOT", str(settings.MEDIA_ROOT))
    monkeypatch.delenv("SECRET_KEY")
    return DataFolder(tmp_path / "data")


@pytest.fixture
def other(tmp_path: Path) -> DataFolder:
    """The installation that is restored into."""
    return DataFolder(tmp_path / "other")


@pytest.fixture
def backup(cast: Cast, data: DataFolder, url: str, tmp_path: Path) -> Path:
    file = tmp_path / "desk.backup"
    write_backup(data, url, file)
    return file


def restore(file: Path, data: DataFolder, url: str, monkeypatch: pytest.MonkeyPatch, *, is_replacing=False) -> None:
    monkeypatch.setenv("MEDIA_ROOT", str(data.path / "media"))
    with opened_archive(file) as archive:
        archive.verify()
        read_backup(data, url, archive, is_replacing=is_replacing)


def rows_of(url: str) -> dict[str, str]:
    """A hash of the rows of every table and sequence."""
    found = {}
    with connect(url) as database:
        for name, kind in database.execute(TABLES).fetchall():
            columns = "last_value, is_called" if kind == "S" else "*"
            hashed = "md5(string_agg(row::text, chr(10) ORDER BY row::text))"
            ((found[name],),) = database.execute(
                f"SELECT {hashed} FROM (SELECT {columns} FROM {name}) AS row"
            ).fetchall()
    return found


def files_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def changed(file: Path, name: str, content: bytes) -> Path:
    """The same archive, with another content of one entry."""
    copy = file.with_suffix(".changed")
    with tarfile.open(file) as old, tarfile.open(copy, "w") as new:
        for info in old:
            body = content if info.name == name else old.extractfile(info).read()
            info.size = len(body)
            new.addfile(info, io.BytesIO(body))
    return copy


def test_every_row_and_every_file_comes_back(cast, data, other, url, empty_url, settings, tmp_path, monkeypatch):
    rows, files = rows_of(url), files_of(settings.MEDIA_ROOT)
    write_backup(data, url, tmp_path / "desk.backup")

    restore(tmp_path / "desk.backup", other, empty_url, monkeypatch)

    assert rows_of(empty_url) == rows
    assert files_of(other.path / "media") == files
    assert list(files.values()) == [hashlib.sha256(FIRST_FILE).hexdigest()]
    assert other.secret_key() == data.secret_key()


def test_a_restored_history_still_refuses_to_be_rewritten(backup, other, empty_url, monkeypatch):
    restore(backup, other, empty_url, monkeypatch)

    for act in ("DELETE FROM tickets_ticketevent", "UPDATE tickets_ticketevent SET kind = 'x'"):
        with connect(empty_url) as database, pytest.raises(psycopg.errors.IntegrityConstraintViolation):
            database.execute(act)


def test_a_backup_is_for_its_owner_only_and_overwrites_nothing(backup, data, url):
    assert backup.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Refusal, match="exists already"):
        write_backup(data, url, backup)


def test_a_backup_of_an_empty_database_is_refused_and_leaves_no_file(data, empty_url, tmp_path):
    with pytest.raises(Refusal, match="nothing to back up"):
        write_backup(data, empty_url, tmp_path / "empty.backup")

    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_files_that_come_during_the_dump_are_in_it(backup, data, url, settings, tmp_path):
    """Old files are read before the dump, young ones after it: both once."""
    old = next(path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file())
    os.utime(old, (time.time() - 3600,) * 2)
    old.with_name("young").write_bytes(b"just uploaded")

    write_backup(data, url, tmp_path / "second.backup")

    with tarfile.open(tmp_path / "second.backup") as archive:
        names = archive.getnames()
    assert names.index(DATABASE) == 1
    assert names[0].endswith(old.name)
    assert sum(name.startswith("media/") for name in names) == 2


def test_somebodys_installation_is_kept_unless_it_is_given_up(backup, other, empty_url, monkeypatch):
    restore(backup, other, empty_url, monkeypatch)
    with connect(empty_url) as database:
        # From a version that comes later: it stands in nobody's way.
        database.execute("CREATE TABLE tickets_later (ticket_id bigint REFERENCES tickets_ticket)")
    stray = other.path / "media" / "attachments" / "stray"
    stray.write_bytes(b"of the installation that was here")
    before = rows_of(empty_url)

    with pytest.raises(Refusal, match="people or tickets already"):
        restore(backup, other, empty_url, monkeypatch)
    assert rows_of(empty_url) == before

    restore(backup, other, empty_url, monkeypatch, is_replacing=True)
    assert rows_of(empty_url) == {name: rows for name, rows in before.items() if name != "tickets_later"}
    assert not stray.exists()


@pytest.mark.parametrize("entry", [DATABASE, "manifest.json", "secret_key"])
def test_a_changed_backup_is_noticed(backup, entry):
    with (
        pytest.raises(Refusal, match="is not a whole backup"),
        opened_archive(changed(backup, entry, b"{}")) as archive,
    ):
        archive.verify()


def test_a_backup_that_was_cut_off_is_noticed(backup):
    backup.write_bytes(backup.read_bytes()[:-10_000])

    with pytest.raises(Refusal, match="is not a whole backup"), opened_archive(backup) as archive:
        archive.verify()


def test_a_dump_that_fails_half_way_leaves_the_database_as_it_was(backup, other, empty_url, monkeypatch):
    restore(backup, other, empty_url, monkeypatch)
    before = rows_of(empty_url)
    with opened_archive(backup) as archive:
        dump = archive._content(DATABASE).read()
        # The hashes are right, the dump is not: its last table is missing.
        broken = changed(backup, DATABASE, dump[: len(dump) // 2])
        monkeypatch.setattr(type(archive), "_read_manifest", lambda _self: archive.manifest)
        archive.entries[DATABASE]["sha256"] = hashlib.sha256(dump[: len(dump) // 2]).hexdigest()

        with pytest.raises(Refusal, match="could not be"):
            restore(broken, other, empty_url, monkeypatch, is_replacing=True)

    assert rows_of(empty_url) == before


def test_a_newer_schema_is_refused(backup):
    with opened_archive(backup) as archive:
        known = set(archive.manifest["migrations"])
        check_schema(archive, known=known | {"tickets.0999_of_tomorrow"})

        with pytest.raises(Refusal, match=r"newer than this one.*tickets\.0001_initial"):
            check_schema(archive, known=known - {"tickets.0001_initial"})


def test_a_database_in_use_is_refused(backup, other, empty_url, monkeypatch):
    with connect(empty_url), pytest.raises(Refusal, match="in use"):
        restore(backup, other, empty_url, monkeypatch)


def test_no_name_in_a_backup_leads_out_of_its_folder(backup, monkeypatch):
    with opened_archive(backup) as archive:
        archive.entries["media/../../evil"] = {"sha256": ""}

        with pytest.raises(Refusal, match="outside of its folder"):
            archive.verify()
