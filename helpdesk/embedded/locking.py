"""`./run lock`: choose the versions anew from requirements/*.in, with hashes and without any address."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from .console import say
from .environment import ROOT
from .refusal import Refusal

_OPTIONS = [
    "--universal",
    "--python-version=3.11",
    "--generate-hashes",
    "--no-header",
    "--no-emit-index-url",
    "--no-emit-find-links",
    "--annotation-style=line",
    "--quiet",
]


def lock(arguments: Sequence[str]) -> int:
    """`arguments` go to uv, say `--upgrade`. What is locked already stays, unless they ask for more."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        raise Refusal("Locking needs uv: install it, then try again.")
    # The development lock follows the other one, so that tests run on what is installed elsewhere.
    constraints = ["--constraints", "requirements/run.txt"]
    triage = [*constraints, "--override", "requirements/triage.without.in"]
    for name, follows in (("uv", []), ("run", []), ("dev", constraints), ("triage", triage)):
        target = f"requirements/{name}.txt"
        command = [uv, "pip", "compile", f"requirements/{name}.in", "-o", target, *_OPTIONS, *follows, *arguments]
        done = subprocess.run(command, cwd=ROOT)
        if done.returncode:
            return done.returncode
        say(f"{target} is up to date.")
    return 0
