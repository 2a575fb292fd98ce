"""Brings the database up to date and loads the demo data: one process, because loading Django costs seconds."""

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Harmless when nothing is to be done, and after an interrupted first start."""
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    # The settings refuse the flag where strangers could come; somebody's own desk is started without it.
    if settings.DEMO:
        call_command("load_demo")


if __name__ == "__main__":
    main()
