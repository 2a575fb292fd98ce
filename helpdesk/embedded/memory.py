"""`./run memory`: what each process of the running installation costs, with its children, in real memory."""

import re
from pathlib import Path

from .console import say
from .data_folder import DataFolder
from .refusal import Refusal

_KINDS = {
    r"/postgres ": "postgres",
    r"valkey-server": "valkey",
    r"uvicorn": "web",
    r" -Q (\w+)": "worker",
    r"celery .* beat": "beat",
    r"catcher\.py": "catcher",
}


def memory(data: DataFolder) -> int:
    """Pages that several processes share are counted once (PSS)."""
    # The lock tells whether anybody runs; a number that was left behind may be somebody else's by now.
    if data.claim():
        data.release()
        raise Refusal(f"Nothing runs on {data.path}: start it, wait a minute, and ask again.")
    pid = data.running().get("pid")
    if pid is None:
        raise Refusal(f"The helpdesk on {data.path} is still starting: ask again in a minute.")
    sizes = [("supervisor", _size(pid))]
    for child in filter(_words, _children(pid)):
        sizes.append((_kind(child), sum(_size(member) for member in [child, *_descendants(child)])))
    for name, size in sorted(sizes):
        say(f"{name:12} {size / 1024:6.0f} MB")
    say(f"{'together':12} {sum(size for _name, size in sizes) / 1024:6.0f} MB")
    return 0


def _size(pid: int) -> int:
    """In kB; 0 for a process that has ended meanwhile."""
    try:
        found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return int(found[1]) if found else 0


def _children(pid: int) -> list[int]:
    try:
        lists = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(child) for text in lists for child in text.split()]


def _descendants(pid: int) -> list[int]:
    return [member for child in _children(pid) for member in [child, *_descendants(child)]]


def _kind(pid: int) -> str:
    words = _words(pid)
    for pattern, kind in _KINDS.items():
        if found := re.search(pattern, words):
            return found[1] if found.groups() else kind
    return words.split()[0] if words else "ended"


def _words(pid: int) -> str:
    """Its command line; empty when it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""
