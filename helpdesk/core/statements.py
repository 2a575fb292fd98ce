"""Statements that come with every ticket, as SQL that is worked out once a model and planned once a connection.

The ORM works each one out anew, which takes ten times as long as running it. Everywhere else the ORM is the clearer way.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import count
from typing import Any, TypeVar, cast
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, Model
from django.db.models.expressions import DatabaseDefault
from django.dispatch import receiver
from psycopg import RawCursor
from psycopg.types.numeric import Int8Dumper

M = TypeVar("M", bound=Model)
Fields = tuple["Field[Any, Any]", ...]
# Of each field its attribute, and whether what that holds may be as the database wants it.
Columns = list[tuple[str, bool, "Field[Any, Any]"]]
# SQL and its values.
Statement = tuple[str, Sequence[Any]]


def rows(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """Run a statement that returns rows. A value whose type PostgreSQL can't tell from its place needs a cast."""
    with _ran(statement, values) as cursor:
        return cursor.fetchall()


def run(statement: str, *values: Any) -> None:
    """Run a statement that returns nothing."""
    with _ran(statement, values):
        pass


def select(model: type[M], ending: str, *values: Any) -> list[M]:
    """The model's objects by what follows `SELECT … FROM table`."""
    names, beginning = _selection(model)
    return [model.from_db(DEFAULT_DB_ALIAS, names, row) for row in rows(f"{beginning} {ending}", *values)]


def insert(*new: Model, unless_there: bool = False) -> None:
    """Save new objects of one model in one statement. Sends no signals.

    What the database chooses is filled in: keys, and defaults of its own. With `unless_there` a row that would break a
    unique constraint is left out, and nothing is filled in.
    """
    if not new:
        return
    chosen = () if unless_there else _chosen_by_database(new[0])
    statement, values = insertion(new)
    if unless_there:
        statement += " ON CONFLICT DO NOTHING"
    if chosen:
        returned: Iterable[Sequence[Any]] = rows(f"{statement} RETURNING {_names(chosen)}", *values)
    else:
        returned = [()] * len(new)
        run(statement, *values)
    for row, answer in zip(new, returned, strict=True):
        for field, value in zip(chosen, answer, strict=True):
            setattr(row, field.attname, value)
        saved(row)


def insert_with(parent: Model, child: Model, *, link: str) -> None:
    """Save two new objects in one statement, as `insert` would; the child's foreign key `link` leads to the parent."""
    parents, children = _chosen_by_database(parent), _chosen_by_database(child)
    first, values = insertion([parent])
    second, columns = _following(type(child), children, link)
    statement = (
        f"WITH parent AS ({first} RETURNING {_names(parents)}),"  # noqa: S608 - our names
        f" child AS ({second} RETURNING {_names(children)})"
        " SELECT * FROM parent, child"
    )
    ((*answers,),) = rows(statement, *values, *_values(child, columns))
    for row, field in [*((parent, field) for field in parents), *((child, field) for field in children)]:
        setattr(row, field.attname, answers.pop(0))
    setattr(child, link, parent)
    saved(parent)
    saved(child)


def insertion(new: Sequence[Model]) -> Statement:
    """`INSERT INTO … VALUES …` and its values, for a statement that does more than that."""
    beginning, place, columns = _beginning(type(new[0]), _chosen_by_database(new[0]))
    return beginning + ", ".join([place] * len(new)), [value for row in new for value in _values(row, columns)]


def updating(changed: Sequence[Model], names: Sequence[str]) -> Statement:
    """`UPDATE …` and its values, which writes these fields of saved objects, for a statement that does more."""
    one, many, columns = _change(type(changed[0]), tuple(names))
    if len(changed) == 1:
        key, *values = _values(changed[0], columns)
        return one, [*values, key]
    return many, [list(column) for column in zip(*(_values(row, columns) for row in changed), strict=True)]


def saved(row: Model) -> None:
    """Make the object know that it is in the database."""
    row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _ran(statement: str, values: Sequence[Any]) -> CursorWrapper:
    """A cursor that sent values apart from the statement, so that PostgreSQL can keep the plan. Whoever logs
    statements wants the values in them, and gets the usual one.
    """
    here = connections[DEFAULT_DB_ALIAS]
    here.ensure_connection()
    if here.queries_logged:
        cursor = here.cursor()
        cursor.execute(statement, values)
    else:
        cursor = CursorWrapper(RawCursor(here.connection), here)
        cursor.execute(_numbered(statement), values)
    return cursor


@receiver(connection_created)
def _tell_no_sizes(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Otherwise a number's size is part of a statement, and each combination of sizes is planned by itself."""
    connection.connection.adapters.register_dumper(int, Int8Dumper)


@lru_cache(maxsize=256)
def _numbered(statement: str) -> str:
    """With PostgreSQL's own placeholders: the driver would look for the others in a long statement each time."""
    places = count(1)
    return re.sub("%([s%])", lambda found: "%" if found[1] == "%" else f"${next(places)}", statement)


def _values(row: Model, columns: Columns) -> list[Any]:
    """As the database wants them. Most are so already, and asking each field takes longer than inserting the row."""
    here = connections[DEFAULT_DB_ALIAS]
    found = []
    for name, is_plain, field in columns:
        value = getattr(row, name)
        found.append(value if is_plain and type(value) in _READY else field.get_db_prep_save(value, here))
    return found


def _columns(fields: Iterable["Field[Any, Any]"]) -> Columns:
    return [(field.attname, type(field).__module__ in _PLAIN_FIELDS, field) for field in fields]


_READY = frozenset({type(None), bool, int, str, UUID})
_PLAIN_FIELDS = frozenset({"django.db.models.fields", "django.db.models.fields.related"})


def _chosen_by_database(row: Model) -> Fields:
    unset = [field for field in _with_default(type(row)) if isinstance(getattr(row, field.attname), DatabaseDefault)]
    return tuple(unset) if row.pk is not None else (row._meta.pk, *unset)


@lru_cache
def _with_default(model: type[Model]) -> Fields:
    return tuple(field for field in model._meta.concrete_fields if field.has_db_default())


def _given(model: type[Model], chosen: Fields) -> Fields:
    return tuple(field for field in model._meta.concrete_fields if field not in chosen)


@lru_cache
def _beginning(model: type[Model], chosen: Fields) -> tuple[str, str, Columns]:
    """What a row's places follow, the places of one row, and what comes into them."""
    given = _given(model, chosen)
    place = "(" + ", ".join(["%s"] * len(given)) + ")"
    return f"INSERT INTO {_table(model)} ({_names(given)}) VALUES ", place, _columns(given)  # noqa: S608 - our names


@lru_cache
def _following(model: type[Model], chosen: Fields, link: str) -> tuple[str, Columns]:
    """An INSERT whose foreign key `link` is the key of the row in `parent`, and what else comes into it."""
    key = model._meta.get_field(link)
    fields = tuple(field for field in _given(model, chosen) if field is not key)
    places = ", ".join(f"%s::{_type(field)}" for field in fields)
    table, parent = _table(model), _name(cast("Field[Any, Any]", key.related_model._meta.pk))  # type: ignore[union-attr]
    return (
        f"INSERT INTO {table} ({_names((*fields, key))}) SELECT {places}, parent.{parent} FROM parent",  # type: ignore[arg-type]  # noqa: S608
        _columns(fields),
    )


@lru_cache
def _selection(model: type[Model]) -> tuple[list[str], str]:
    """Fields that are read through a converter are not for here."""
    fields = tuple(model._meta.concrete_fields)
    if any(field.get_db_converters(connection) for field in fields):
        raise TypeError(f"{model.__name__} has fields that only the ORM can read.")
    return [field.attname for field in fields], f"SELECT {_names(fields)} FROM {_table(model)}"  # noqa: S608 - our names


@lru_cache
def _change(model: type[Model], names: tuple[str, ...]) -> tuple[str, str, Columns]:
    """For one object, and for many."""
    fields = (model._meta.pk, *(cast("Field[Any, Any]", model._meta.get_field(name)) for name in names))
    columns = [_name(field) for field in fields]
    given = ", ".join(f"{column} = %s" for column in columns[1:])
    one = f"UPDATE {_table(model)} SET {given} WHERE {columns[0]} = %s"  # noqa: S608 - our names
    setting = ", ".join(f"{column} = changed.{column}" for column in columns[1:])
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in fields)
    many = (
        f"UPDATE {_table(model)} AS old SET {setting} FROM unnest({arrays}) AS changed ({', '.join(columns)})"  # noqa: S608
        f" WHERE old.{columns[0]} = changed.{columns[0]}"
    )
    return one, many, _columns(fields)


def _type(field: "Field[Any, Any]") -> str:
    """Without its length: a cast would cut what is too long, the column refuses it."""
    return str(field.db_type(connection)).split("(")[0]


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _names(fields: Fields) -> str:
    return ", ".join(_name(field) for field in fields)


def _name(field: "Field[Any, Any]") -> str:
    return connection.ops.quote_name(str(field.column))
