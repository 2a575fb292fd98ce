"""`./run restore FILE`: an installation becomes what a backup holds, all of it or nothing."""

import json
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .archive import DATABASE, MAIL_SERVER, MEDIA, SECRET_KEY, Archive, opened_archive
from .console import counted, say
from .contents import count_others, is_somebodys, media_folder, row_counts
from .data_folder import DataFolder
from .database_tools import connect, replace_contents
from .environment import ROOT, environment_for, given_settings
from .migrating import migrate
from .processes import tied_to_us
from .refusal import Refusal, refusal_with_log
from .schema import mark_up_to_date
from .servers import running_servers
from .signals import hold_signals, pause
from .start import already_running
from .supervisor import Supervisor


def restore(data: DataFolder, file: Path, *, is_replacing: bool) -> int:
    """Returns 0, or raises Refusal. `is_replacing` allows it to drop what is there."""
    if not data.claim():
        raise Refusal(f"{already_running(data)} Stop it first.")
    hold_signals()
    try:
        with opened_archive(file) as archive:
            say(f"Checking {file}…")
            archive.verify()
            with running_servers(data, Supervisor(say), given_settings()) as servers:
                environment = environment_for(
                    given_settings(), addresses=servers.addresses, data=data.path, secret_key=data.secret_key()
                )
                check_schema(archive, known=_known_migrations(data, environment))
                read_backup(data, servers.addresses["DATABASE_URL"], archive, is_replacing=is_replacing)
                if not migrate(environment):
                    raise Refusal("The backup is restored, but its schema is not up to date: run ./run manage migrate.")
                mark_up_to_date(servers.home)
    finally:
        data.release()
    return 0


def read_backup(data: DataFolder, url: str, archive: Archive, *, is_replacing: bool) -> None:
    """Files first, then the database in one transaction: whenever it is interrupted, what was there still works."""
    _check_target(url, is_replacing=is_replacing)
    media = media_folder(data)
    say(f"Restoring the backup of {archive.manifest['made_at']}…")
    for name in archive.media:
        archive.extract(name, media / name.removeprefix(MEDIA))
        pause(0)
    if not archive.manifest.get("is_demo", False):
        # Before the rows: an interruption must not leave somebody's desk where the demo was.
        data.make_own_desk()
    with tempfile.TemporaryDirectory(dir=data.path, prefix=".restore-") as folder:
        archive.extract(DATABASE, Path(folder) / DATABASE)
        replace_contents(url, Path(folder) / DATABASE)
    if is_replacing:
        _remove_others(media, keep=set(archive.media))
    if SECRET_KEY in archive.entries and "SECRET_KEY" not in given_settings():
        archive.extract(SECRET_KEY, data.path / SECRET_KEY)
    if MAIL_SERVER in archive.entries:
        archive.extract(MAIL_SERVER, data.path / MAIL_SERVER)
    _check_rows(url, archive.manifest["rows"])
    tickets = archive.manifest["rows"].get("tickets_ticket", 0)
    say(f"Restored {counted(tickets, 'ticket')} and {counted(len(archive.media), 'file')}.")


def check_schema(archive: Archive, *, known: set[str]) -> None:
    """Raises Refusal when the backup has seen a migration that this code does not know."""
    unknown = sorted(set(archive.manifest["migrations"]) - known)
    if unknown:
        raise Refusal(
            f"The backup was made by version {archive.manifest['version']}, which is newer than this one or another one"
            f" (unknown here: {', '.join(unknown[:5])}): restore it with that version. Nothing was changed."
        )


def _known_migrations(data: DataFolder, environment: Mapping[str, str]) -> set[str]:
    log = data.logs / "restore.log"
    with log.open("wb") as messages:
        asked = subprocess.run(
            [sys.executable, "-m", "helpdesk.embedded.known_migrations"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=messages,
            preexec_fn=tied_to_us(signal.SIGKILL),
        )
    pause(0)
    if asked.returncode:
        raise refusal_with_log("This version's migrations could not be read.", log)
    return set(json.loads(asked.stdout))


def _check_target(url: str, *, is_replacing: bool) -> None:
    with connect(url) as connection:
        others = count_others(connection)
        if others:
            raise Refusal(f"The database is in use ({others} connections): stop the web, worker and beat processes.")
        if is_somebodys(connection) and not is_replacing:
            raise Refusal(
                "There are people or tickets already. With --replace they are given up for those of the backup."
                " Make a backup of them first."
            )


def _remove_others(media: Path, *, keep: set[str]) -> None:
    for path in media.rglob("*"):
        if path.is_file() and f"{MEDIA}{path.relative_to(media)}" not in keep:
            path.unlink()


def _check_rows(url: str, expected: Mapping[str, int]) -> None:
    with connect(url) as connection:
        found = row_counts(connection)
    wrong = sorted(table for table in expected.keys() | found.keys() if expected.get(table) != found.get(table))
    if wrong:
        raise Refusal(f"The restored database does not hold what the backup says: {', '.join(wrong)}.")
