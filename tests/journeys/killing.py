"""kill -9 for the processes of an installation that the test itself started, found below its supervisor."""

import os
import signal
from pathlib import Path


def descendants(pid: int) -> dict[int, str]:
    """Process id → command line of everything below `pid`."""
    children: dict[int, list[int]] = {}
    commands: dict[int, str] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text()
            commands[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        parent = int(stat.rpartition(")")[2].split()[1])
        children.setdefault(parent, []).append(int(folder.name))
    below: dict[int, str] = {}
    waiting = [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            below[child] = commands.get(child, "")
            waiting.append(child)
    return below


def kill(supervisor: int, word: str) -> int:
    """kill -9 the first process below the supervisor whose command line holds `word`; returns its id."""
    pid = min(pid for pid, command in descendants(supervisor).items() if word in command)
    os.kill(pid, signal.SIGKILL)
    return pid
