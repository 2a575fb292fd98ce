"""Prints the migrations that this code knows, as JSON: a process of its own, because it loads Django."""

import json
import sys

import django
from django.db.migrations.loader import MigrationLoader


def main() -> None:
    django.setup()
    known = MigrationLoader(None).disk_migrations
    json.dump([f"{app}.{name}" for app, name in known], sys.stdout)


if __name__ == "__main__":
    main()
