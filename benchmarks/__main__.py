"""Runs one benchmark on the database that the environment names: `./run bench NAME` prepares that."""

import logging
import os
import sys
import time
import warnings
from collections.abc import Sequence
from importlib import import_module

import django
from django.core.management import call_command

from benchmarks.goal import MissingData, all_met, table


def main(argv: Sequence[str]) -> int:
    django.setup()
    _keep_noise_out_of_the_table()
    call_command("migrate", interactive=False, verbosity=0)
    started = time.monotonic()
    try:
        goals = import_module(f"benchmarks.{argv[0]}").run(list(argv[1:]))
    except MissingData as missing:
        print(f"Nothing was measured. {missing}")
        return 1
    print(table(goals))
    print(f"{argv[0]} took {time.monotonic() - started:.0f} s")
    return 0 if all_met(goals) else 1


def _keep_noise_out_of_the_table() -> None:
    """Each line of the log is made and written as always, but elsewhere."""
    # Static files are collected for an image only.
    warnings.filterwarnings("ignore", message="No directory at")
    for handler in logging.getLogger().handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(open(os.devnull, "w"))  # noqa: SIM115 - open until the end


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
