"""Two databases side by side: the same product at two sizes, measured in turns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.postgresql.base import DatabaseWrapper

_ours = str(connection.settings_dict["NAME"])
SMALL = f"{_ours}_small"


@contextmanager
def small_copy() -> Iterator[None]:
    """A copy of the database as it is now, until the end of the block."""
    use_database(_ours)
    with connection._nodb_cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {connection.ops.quote_name(SMALL)}")
        cursor.execute(
            f"CREATE DATABASE {connection.ops.quote_name(SMALL)} TEMPLATE {connection.ops.quote_name(_ours)}"
        )
    try:
        yield
    finally:
        use_database(_ours)
        with connection._nodb_cursor() as cursor:
            cursor.execute(f"DROP DATABASE {connection.ops.quote_name(SMALL)}")


def use_small() -> None:
    use_database(SMALL)


def use_large() -> None:
    use_database(_ours)


def use_database(name: str) -> None:
    """From here on this thread's statements go there."""
    wrapper = cast(DatabaseWrapper, connections[DEFAULT_DB_ALIAS])
    wrapper.close()
    wrapper.close_pool()
    wrapper.settings_dict["NAME"] = name
