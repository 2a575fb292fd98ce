"""Brings the database up to date and loads the demo data: one process, because loading Django costs seconds."""

import django
from django.conf import settings
from django.core.management import call_command, get_commands


def main() -> None:
    """Harmless when nothing is to be done, and after an interrupted first start."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # Somebody's own database is never filled with invented tickets, nor one that strangers can reach.
    if settings.EMBEDDED_SERVERS and not settings.IS_PUBLIC and "load_demo" in get_commands():
        call_command("load_demo")


if __name__ == "__main__":
    main()
