"""What an installation holds, asked of the database itself: migrations, rows, and whether it is anybody's yet."""

from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from .data_folder import DataFolder
from .environment import given_settings

Connection = psycopg.Connection[tuple[Any, ...]]

_TABLES = """\
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""


def media_folder(data: DataFolder) -> Path:
    """Where the uploaded files are."""
    return Path(given_settings().get("MEDIA_ROOT") or data.path / "media")


def migrations(connection: Connection) -> list[str]:
    """As `app.name`, in the order in which they were applied; empty for an empty database."""
    if not _exists(connection, "django_migrations"):
        return []
    rows = connection.execute("SELECT app || '.' || name FROM django_migrations ORDER BY id")
    return [name for (name,) in rows]


def row_counts(connection: Connection) -> dict[str, int]:
    """Of every table."""
    return {name: _count(connection, name) for (name,) in connection.execute(_TABLES).fetchall()}


def is_somebodys(connection: Connection) -> bool:
    """Whether there are people or tickets. What the migrations ship is nobody's."""
    return any(
        _exists(connection, table) and _count(connection, table) > 0 for table in ("teams_user", "tickets_ticket")
    )


def count_others(connection: Connection) -> int:
    """Who else is connected to the same database."""
    ((count,),) = connection.execute(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ).fetchall()
    return int(count)


def _exists(connection: Connection, table: str) -> bool:
    ((found,),) = connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchall()
    return found is not None


def _count(connection: Connection, table: str) -> int:
    query = sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))
    ((count,),) = connection.execute(query).fetchall()
    return int(count)
