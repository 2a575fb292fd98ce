"""From the demo to one's own desk: everything that was ever entered goes, what the migrations ship comes back.

History refuses to be rewritten, also here: nothing is taken out of it. The whole of it ends, and a new one begins with the
first ticket. Possible only where the desk is the demo, whose history is invented.
"""

from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import structlog
from django.apps import apps
from django.core.files.storage import Storage
from django.db import connection, models, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, NotPermitted
from helpdesk.core.own_desk import make_own_desk
from helpdesk.core.transactions import in_transaction
from helpdesk.demo.cast import ADMINISTRATOR
from helpdesk.demo.flag import demo_is_on
from teams.models import ConfigurationChange, User

log = structlog.get_logger(__name__)

# They say what the code knows and how often it runs, not what people entered.
_KEPT_APPS = {"contenttypes", "django_celery_beat", "migrations"}
_KEPT = {"auth.Permission", "core.Heartbeat"}
# Of no table, so that TRUNCATE does not restart it.
_REFERENCES = "ALTER SEQUENCE ticket_number RESTART"
_GUARDED = """
    SELECT DISTINCT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE NOT tgisinternal AND tgtype & 32 <> 0 AND relname = ANY(%s)
"""


class NotTheDemo(DomainError):
    code = "not_the_demo"


class Kind(NamedTuple):
    name: str
    rows: int


def preview() -> list[Kind]:
    """What would go, by kind, most first. One query a table."""
    counted = (Kind(str(model._meta.verbose_name_plural), model._base_manager.count()) for model in _emptied_models())
    by_name: dict[str, int] = {}
    for kind in counted:
        by_name[kind.name] = by_name.get(kind.name, 0) + kind.rows
    return sorted((Kind(*item) for item in by_name.items() if item[1]), key=lambda kind: (-kind.rows, kind.name))


@in_transaction
def remove_demo(*, by: User) -> None:
    """All of it or nothing. Afterwards the desk is somebody's own, for ever: no demo is loaded into it again.

    Raises NotTheDemo on a desk that is somebody's own, and NotPermitted for whoever is no administrator.
    """
    if not demo_is_on() or not User.objects.filter(email=ADMINISTRATOR[1]).exists():
        raise NotTheDemo(_("This desk is not the demo: nothing is removed."))
    if not by.is_administrator:
        raise NotPermitted(_("Only an administrator may remove the demo."))
    files = list(_stored_files())
    _empty(_emptied_models())
    _ship_again()
    # What ships is nobody's change. PostgreSQL empties no table whose references it has still to check.
    connection.check_constraints()
    _empty([ConfigurationChange])
    transaction.on_commit(lambda: _settle(files))


def _settle(files: list[tuple[Storage, str]]) -> None:
    """Only now is it said: killed before, the desk is an empty demo, which the next start fills again."""
    _remove(files)
    make_own_desk()
    log.info("demo.removed")


def _emptied_models() -> list[type[models.Model]]:
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        and model._meta.app_label not in _KEPT_APPS
        and model._meta.label not in _KEPT
    ]


def _empty(emptied: Iterable[type[models.Model]]) -> None:
    """The guards against it are lifted for this one statement, inside the transaction, which others don't see."""
    tables = sorted(model._meta.db_table for model in emptied)
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        # Sweeps are short; a page of somebody else's may take its time.
        cursor.execute("SET LOCAL lock_timeout = '10s'; SET LOCAL statement_timeout = '60s'")
        cursor.execute(_GUARDED, [tables])
        guarded = [quote(name) for (name,) in cursor.fetchall()]
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(map(quote, tables))} RESTART IDENTITY")
        for table in guarded:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute(_REFERENCES)


def _ship_again() -> None:
    """What the migrations have put in, in their order. Each such function is called `ship`."""
    graph = MigrationLoader(None).graph
    in_order = dict.fromkeys(node for leaf in graph.leaf_nodes() for node in graph.forwards_plan(leaf))
    for node in in_order:
        ship = getattr(import_module(graph.nodes[node].__module__), "ship", None)
        if ship is not None:
            ship(apps, connection.schema_editor())


def _stored_files() -> Iterator[tuple[Storage, str]]:
    for model in _emptied_models():
        for field in model._meta.get_fields():
            if isinstance(field, models.FileField):
                rows: Any = model._base_manager.exclude(**{field.name: ""}).values_list(field.name, flat=True)
                yield from ((field.storage, name) for name in rows)


def _remove(files: list[tuple[Storage, str]]) -> None:
    for storage, name in files:
        try:
            storage.delete(name)
        except OSError as error:
            log.warning("demo.file_left", file=Path(name).name, error=type(error).__name__)
