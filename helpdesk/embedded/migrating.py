"""Bringing a database to this code's schema, as a step of a command."""

import os
import sys
from collections.abc import Mapping

from .environment import ROOT
from .foreground import run_in_foreground


def migrate(environment: Mapping[str, str], *, verbosity: int = 0) -> bool:
    """False when it failed; why stands on the console. Needs `hold_signals`."""
    command = [sys.executable, os.fspath(ROOT / "manage.py"), "migrate", "--no-input", f"-v{verbosity}"]
    return run_in_foreground(command, env={"STATEMENT_TIMEOUT_SECONDS": "600", **environment}, cwd=ROOT) == 0
