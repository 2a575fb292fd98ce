"""`./run bench NAME`: one benchmark on a fresh database that is as durable as an installation's."""

import sys
from collections.abc import Sequence

from .environment import ROOT
from .foreground import run_in_foreground
from .refusal import Refusal
from .temporary import temporary_installation


def bench(arguments: Sequence[str]) -> int:
    """0 only when every goal was met."""
    folder = ROOT / "benchmarks"
    names = sorted(file.stem for file in folder.glob("*.py") if "\ndef run(" in file.read_text())
    if not arguments or arguments[0] not in names:
        raise Refusal(f"Which benchmark? There are: {', '.join(names)}.")
    with temporary_installation(is_durable=True) as environment:
        return run_in_foreground([sys.executable, "-m", "benchmarks", *arguments], env=environment, cwd=ROOT)
