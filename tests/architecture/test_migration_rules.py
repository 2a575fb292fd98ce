"""Releases follow each other without a pause: no migration of ours breaks or blocks what is at work meanwhile."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState

from tests.architecture.migration_rules import violations

OURS = {"core", "teams", "tickets", "escalation", "notifications", "analytics", "demo", "operations"}
LOADER = MigrationLoader(None)
KEYS = sorted(key for key in LOADER.disk_migrations if key[0] in OURS)


@pytest.mark.parametrize("key", KEYS, ids=".".join)
def test_it_runs_beside_the_previous_release(key: tuple[str, str]):
    assert violations(LOADER.disk_migrations[key], LOADER.project_state(key, at_end=False)) == []


@pytest.fixture
def state() -> ProjectState:
    """A large live table."""
    state = ProjectState()
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=100, null=True)),
        ("size", models.IntegerField()),
    ]
    migrations.CreateModel("Thing", fields).state_forwards("tickets", state)
    return state


def judged(state: ProjectState, *operations, atomic: bool = True, contracts: str = "") -> list[str]:
    migration = migrations.Migration("0099_next", "tickets")
    migration.operations = list(operations)
    migration.atomic = atomic
    migration.contracts = contracts
    return violations(migration, state)


SMALL = models.CheckConstraint(condition=models.Q(size__lt=9), name="small")
BY_SIZE = models.Index(fields=["size"], name="by_size")


@pytest.mark.parametrize(
    ("operations", "why"),
    [
        ([migrations.AddField("thing", "a", models.IntegerField(default=1))], "give it a db_default"),
        (
            [migrations.AddField("thing", "a", models.IntegerField(null=True, unique=True))],
            "index is built under a lock",
        ),
        ([migrations.RemoveField("thing", "size")], "still uses it"),
        ([migrations.RenameField("thing", "size", "extent")], "still uses it"),
        ([migrations.DeleteModel("Thing")], "still uses it"),
        ([migrations.AddIndex("thing", BY_SIZE)], "use AddIndexConcurrently"),
        ([AddIndexConcurrently("thing", BY_SIZE)], "atomic = False"),
        ([migrations.AddConstraint("thing", SMALL)], "use AddConstraintNotValid"),
        ([AddConstraintNotValid("thing", SMALL), ValidateConstraint("thing", "small")], "migration of its own"),
        ([migrations.AlterField("thing", "title", models.CharField(max_length=100))], "still writes nulls"),
        ([migrations.AlterField("thing", "title", models.CharField(max_length=50, null=True))], "written anew"),
        ([migrations.AlterField("thing", "size", models.BigIntegerField())], "written anew"),
        (
            [
                migrations.AddField("thing", "a", models.IntegerField(null=True)),
                migrations.RunPython(migrations.RunPython.noop),
            ],
            "data apart from schema",
        ),
    ],
)
def test_what_breaks_or_blocks_is_named(state: ProjectState, operations: list, why: str):
    found = judged(state, *operations)

    assert len(found) == 1
    assert why in found[0]


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("thing", "a", models.IntegerField(default=1, db_default=1)),
        migrations.AddField("thing", "a", models.IntegerField(null=True)),
        migrations.AlterField("thing", "title", models.CharField(max_length=200, null=True)),
        migrations.AlterField("thing", "size", models.IntegerField(null=True)),
        migrations.RunPython(migrations.RunPython.noop),
        AddConstraintNotValid("thing", SMALL),
    ],
)
def test_what_does_neither_passes(state: ProjectState, operation):
    assert judged(state, operation) == []


def test_a_table_that_is_new_may_have_everything_at_once(state: ProjectState):
    new = migrations.CreateModel(
        "Other", [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField())]
    )

    assert judged(state, new, migrations.AddIndex("other", BY_SIZE), migrations.AddConstraint("other", SMALL)) == []


def test_what_nobody_uses_any_more_goes_a_release_later(state: ProjectState):
    assert judged(state, migrations.RemoveField("thing", "size"), contracts="0.2 reads it no more") == []


def test_an_index_beside_others_work_passes(state: ProjectState):
    assert judged(state, AddIndexConcurrently("thing", BY_SIZE), atomic=False) == []
