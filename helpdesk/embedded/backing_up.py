"""`./run backup FILE`: database and uploaded files in one file, while everything goes on running."""

import tempfile
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .archive import DATABASE, MAIL_SERVER, MEDIA, SECRET_KEY, ArchiveWriter, new_archive
from .console import counted, say
from .contents import Connection, media_folder, migrations, row_counts
from .data_folder import DataFolder
from .database_tools import connect, dump
from .desk import is_demo
from .environment import ROOT, given_settings
from .reaching import reached_servers
from .refusal import Refusal
from .signals import pause

# A file that is younger may still be growing: it is taken after the dump.
_SETTLED_SECONDS = 60


def back_up(data: DataFolder, file: Path) -> int:
    """Returns 0, or raises Refusal. Nobody has to stop working meanwhile."""
    with reached_servers(data) as addresses:
        write_backup(data, addresses["DATABASE_URL"], file)
    return 0


def write_backup(data: DataFolder, url: str, file: Path) -> None:
    with connect(url) as connection, new_archive(file) as archive:
        media = media_folder(data)
        # Files first, and the new ones after the dump: one that is removed meanwhile is still there for its row.
        _add_files(archive, media, settled_before=time.time() - _SETTLED_SECONDS)
        facts = _add_database(archive, connection, url, beside=file)
        _add_files(archive, media, settled_before=float("inf"))
        if "SECRET_KEY" not in given_settings():
            archive.add_text(SECRET_KEY, data.secret_key())
        if (data.path / MAIL_SERVER).exists():
            archive.add(MAIL_SERVER, data.path / MAIL_SERVER)
        archive.finish(facts | {"is_demo": is_demo(data, given_settings())})
        tickets = facts["rows"].get("tickets_ticket", 0)
        files = sum(name.startswith(MEDIA) for name in archive.entries)
    _note(url)
    size = f"{file.stat().st_size / 1e6:.1f} MB"
    say(f"Backed up {counted(tickets, 'ticket')} and {counted(files, 'file')} to {file} ({size}).")


def _add_database(archive: ArchiveWriter, connection: Connection, url: str, *, beside: Path) -> dict[str, Any]:
    """Dump and facts are of the same instant: both see the snapshot of one transaction."""
    with connection.transaction(), tempfile.TemporaryDirectory(dir=beside.parent, prefix=".backup-") as folder:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        facts = {
            "version": tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"],
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "postgresql": connection.info.server_version,
            "migrations": migrations(connection),
            "rows": row_counts(connection),
        }
        if not facts["migrations"]:
            raise Refusal("The database is empty: there is nothing to back up.")
        ((snapshot,),) = connection.execute("SELECT pg_export_snapshot()").fetchall()
        dump(url, Path(folder) / DATABASE, snapshot=snapshot)
        archive.add(DATABASE, Path(folder) / DATABASE)
    return facts


def _add_files(archive: ArchiveWriter, media: Path, *, settled_before: float) -> None:
    for path in sorted(media.rglob("*")):
        name = f"{MEDIA}{path.relative_to(media)}"
        try:
            if name not in archive.entries and path.is_file() and path.stat().st_mtime < settled_before:
                archive.add(name, path)
        except FileNotFoundError:
            # Removed since it was listed.
            continue
        pause(0)


def _note(url: str) -> None:
    """So that `doctor` knows how old the last backup is."""
    with connect(url) as connection:
        connection.execute(
            "INSERT INTO core_heartbeat (name, last_at, last_count) VALUES ('backup', now(), 1)"
            " ON CONFLICT (name) DO UPDATE SET last_at = now()"
        )
