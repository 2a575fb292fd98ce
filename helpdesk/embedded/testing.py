"""`./run test`: the suite against servers of its own, beside whatever else is running."""

import sys
from collections.abc import Sequence

from .environment import ROOT
from .foreground import run_in_foreground
from .temporary import temporary_installation

# Whoever chooses workers, or wants none to see the console, is left alone.
_CHOOSES_WORKERS = ("-n", "--numprocesses", "--dist", "--pdb", "--trace", "-s", "--capture=no")


def test(arguments: Sequence[str]) -> int:
    """pytest's exit code."""
    workers = [] if any(argument.startswith(_CHOOSES_WORKERS) for argument in arguments) else ["-n", "2"]
    with temporary_installation(is_durable=False) as environment:
        return run_in_foreground([sys.executable, "-m", "pytest", *workers, *arguments], env=environment, cwd=ROOT)
