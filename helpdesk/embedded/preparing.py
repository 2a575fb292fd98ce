"""Brings the database up to date and loads the demo data: one process, because loading Django costs seconds."""

from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import ProgrammingError, connection

from helpdesk.embedded.data_folder import DataFolder


def main() -> None:
    """Harmless when nothing is to be done, and after an interrupted first start."""
    django.setup()
    try:
        _migrate()
    except ProgrammingError:
        # A migration that is no single transaction, as one that builds an index beside the work, was killed half way.
        if not _holds_nothing():
            raise
        _begin_anew()
        _migrate()
    # The settings refuse the flag where strangers could come; somebody's own desk is started without it.
    if settings.DEMO:
        call_command("load_demo")


def _migrate() -> None:
    call_command("migrate", interactive=False, verbosity=0)


def _holds_nothing() -> bool:
    """Whether it is the database of our own data folder, and nobody has ever been in it."""
    sockets = DataFolder(Path(settings.DATA_DIR)).running().get("sockets")
    if not sockets or not connection.settings_dict["HOST"].startswith(f"{sockets}/"):
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('public.teams_user')")
        if cursor.fetchone() == (None,):
            return True
        cursor.execute("SELECT EXISTS (SELECT FROM teams_user)")
        return cursor.fetchone() == (False,)


def _begin_anew() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()


if __name__ == "__main__":
    main()
