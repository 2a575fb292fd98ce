"""What is set up, remembered by each process until somebody changes it: rosters, rules, promises.

The database itself notices every change, whatever the way in: a trigger on each watched table gives its area a new
version in the transaction of the change. A version never comes twice, so one that was seen before a rollback is no danger.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Generic, TypeVar
from uuid import UUID

from helpdesk.core.statements import rows

T = TypeVar("T")

TABLE = """
CREATE TABLE configuration_version (area text PRIMARY KEY, version uuid NOT NULL DEFAULT gen_random_uuid());
CREATE FUNCTION bump_configuration() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE configuration_version SET version = gen_random_uuid() WHERE area = TG_ARGV[0];
    RETURN NULL;
END
$$;
"""
NO_TABLE = "DROP FUNCTION bump_configuration(); DROP TABLE configuration_version;"

_held: ContextVar[dict[str, UUID] | None] = ContextVar("held_versions", default=None)


def watch(area: str, *tables: str) -> str:
    """SQL for a migration: from here on every statement that may change one of the tables changes the area's version."""
    triggers = [
        f"CREATE TRIGGER bump_configuration AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}"
        f" FOR EACH STATEMENT EXECUTE FUNCTION bump_configuration('{area}');"
        for table in tables
    ]
    area_row = f"INSERT INTO configuration_version VALUES ('{area}') ON CONFLICT DO NOTHING;"  # noqa: S608 - ours
    return "\n".join([area_row, *triggers])


def unwatch(*tables: str) -> str:
    return "\n".join(f"DROP TRIGGER bump_configuration ON {table};" for table in tables)


class Remembered(Generic[T]):
    """`load` is called again when the area has changed since. What it returns is shared by threads: never change it."""

    def __init__(self, area: str, load: Callable[[], T]) -> None:
        self._area, self._load = area, load
        self._seen: tuple[UUID, T] | None = None

    def __call__(self) -> T:
        """One query while nothing has changed; none within `held_versions`."""
        version = (_held.get() or _versions()).get(self._area)
        seen = self._seen
        if seen is not None and version is not None and seen[0] == version:
            return seen[1]
        # The version was read first: what is loaded is at least as new as it says. One that is held may be older than
        # a change of this very transaction, which may never be committed.
        value = self._load()
        if version is not None and (_held.get() is None or _versions().get(self._area) == version):
            self._seen = (version, value)
        return value


@contextmanager
def held_versions() -> Iterator[None]:
    """One look for everything inside. Only around code that changes no configuration itself."""
    if _held.get() is not None:
        yield
        return
    token = _held.set(_versions())
    try:
        yield
    finally:
        _held.reset(token)


def look_again() -> None:
    """What is held may be old by now: for whoever had to wait, and tries again."""
    held = _held.get()
    if held is not None:
        held.update(_versions())


def _versions() -> dict[str, UUID]:
    return dict(rows("SELECT area, version FROM configuration_version"))
