"""`./run check`: everything that can be said about the code without running it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from .console import say
from .environment import ROOT
from .processes import tied_to_us
from .signals import pause
from .temporary import temporary_installation

_PACKAGES = ["helpdesk", "teams", "tickets", "escalation", "notifications", "benchmarks"]

_CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "import contract": ["lint-imports"],
    "migrations": ["python", "manage.py", "makemigrations", "--check", "--dry-run"],
    "types": ["mypy", *_PACKAGES],
}


def check() -> int:
    """0 only when every check passed. Each runs, whatever the others say."""
    tools = Path(sys.executable).parent
    failed: list[str] = []
    with temporary_installation(is_durable=False) as environment:
        for name, (tool, *arguments) in _CHECKS.items():
            started = time.monotonic()
            done = subprocess.run(
                [tools / tool, *arguments],
                env=environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                preexec_fn=tied_to_us(signal.SIGKILL),
            )
            pause(0)
            say(f"{'FAILED' if done.returncode else 'ok':6} {name} ({time.monotonic() - started:.1f} s)")
            if done.returncode:
                failed.append(name)
                say(done.stdout)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0
