"""What a migration may do while the previous release is still at work on a large live table."""

from collections.abc import Iterator

from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    RemoveIndexConcurrently,
    ValidateConstraint,
)
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Each takes something away that the previous release still uses. A release later, when it does not, a migration may say
# so: `contracts = "the release that stopped using it, and what it was"`.
_TAKES_AWAY = (
    migrations.RemoveField,
    migrations.DeleteModel,
    migrations.RenameField,
    migrations.RenameModel,
    migrations.AlterModelTable,
)
_CONCURRENT = (AddIndexConcurrently, RemoveIndexConcurrently)


def violations(migration: migrations.Migration, state: ProjectState) -> list[str]:
    """Sentences. `state` is what stands before the migration; it is not changed."""
    state = state.clone()
    is_contracting = bool(getattr(migration, "contracts", ""))
    made_here: set[str] = set()
    found: list[str] = []
    for operation in _flat(migration.operations):
        if isinstance(operation, migrations.CreateModel):
            made_here.add(operation.name_lower)
        elif _model_of(operation) not in made_here:
            found += _wrongs(operation, migration, state, is_contracting=is_contracting)
        operation.state_forwards(migration.app_label, state)
    return found


def _flat(operations: list[Operation]) -> Iterator[Operation]:
    """State and database apart are judged by the state: by what the code will see."""
    for operation in operations:
        if isinstance(operation, migrations.SeparateDatabaseAndState):
            yield from _flat(operation.state_operations)
        else:
            yield operation


def _model_of(operation: Operation) -> str:
    name = getattr(operation, "model_name", None) or getattr(operation, "name", None) or ""
    return str(name).lower()


def _wrongs(
    operation: Operation, migration: migrations.Migration, state: ProjectState, *, is_contracting: bool
) -> Iterator[str]:
    what = operation.describe()
    if isinstance(operation, _TAKES_AWAY) and not is_contracting:
        yield f"{what}: the previous release still uses it; a release later, say so with `contracts`"
    elif isinstance(operation, _CONCURRENT):
        if migration.atomic:
            yield f"{what}: needs `atomic = False`"
    elif isinstance(operation, migrations.AddIndex):
        yield f"{what}: writing stops while it is built; use AddIndexConcurrently"
    elif isinstance(operation, migrations.AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        yield f"{what}: the table is locked while it is checked; use AddConstraintNotValid, then ValidateConstraint"
    elif isinstance(operation, ValidateConstraint) and migration.atomic and _adds_constraint(migration, operation.name):
        yield f"{what}: in a migration of its own or with `atomic = False`, else the lock of the other one is kept"
    elif isinstance(operation, migrations.AddField):
        yield from _wrong_column(what, operation.field)
    elif isinstance(operation, migrations.AlterField):
        before = state.models[migration.app_label, _model_of(operation)].fields[operation.name]
        yield from _wrong_change(what, before, operation.field)
    elif isinstance(operation, migrations.RunPython) and migration.atomic and _changes_schema(migration):
        yield f"{what}: data apart from schema, else its locks are kept while rows are written"


def _wrong_column(what: str, field: models.Field) -> Iterator[str]:
    is_relation = isinstance(field, models.ManyToManyField)
    if not is_relation and not field.null and field.db_default is models.NOT_PROVIDED:
        yield f"{what}: the previous release does not fill it; give it a db_default or null=True"
    if not is_relation and (field.unique or (field.db_index and not field.null)):
        yield f"{what}: its index is built under a lock; add the column first, the index concurrently"


def _wrong_change(what: str, before: models.Field, after: models.Field) -> Iterator[str]:
    if before.null and not after.null:
        yield f"{what}: the previous release still writes nulls, and the table is locked while it is checked"
    if _column_type(before) != _column_type(after) and not _only_grows(before, after):
        yield f"{what}: the table is written anew under a lock; add a column and move the rows"


def _column_type(field: models.Field) -> str | None:
    """A relation has the type of what it points to, and only its own kind is compared."""
    return type(field).__name__ if field.is_relation else field.db_type(connection)


def _only_grows(before: models.Field, after: models.Field) -> bool:
    if isinstance(before, models.CharField) and isinstance(after, models.TextField):
        return True
    is_text = isinstance(before, models.CharField) and isinstance(after, models.CharField)
    return is_text and (after.max_length is None or (before.max_length or 0) <= after.max_length)


def _adds_constraint(migration: migrations.Migration, name: str) -> bool:
    return any(
        isinstance(other, AddConstraintNotValid) and other.constraint.name == name for other in migration.operations
    )


def _changes_schema(migration: migrations.Migration) -> bool:
    return any(not isinstance(other, migrations.RunPython) for other in migration.operations)
