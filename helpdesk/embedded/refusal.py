"""What ends a command with one clear sentence instead of a traceback."""

import shutil
from pathlib import Path

# PostgreSQL asks for sixteen at once.
_LEAST_FREE = 32 * 1024 * 1024
_SAID_BY_A_FULL_DISK = ("No space left on device", "Check free disk space")


DISK_IS_FULL = "The disk is full: free some space and start again."


class Refusal(Exception):
    """The command can't go on. The message says what happened and what to do."""


def refusal_with_log(sentence: str, log: Path, *, from_byte: int = 0) -> Refusal:
    """The sentence, and below it the last lines that the process wrote since `from_byte`."""
    try:
        with log.open("rb") as file:
            file.seek(from_byte)
            lines = file.read().decode(errors="replace").splitlines()[-12:]
    except OSError:
        lines = []
    if is_disk_full("\n".join(lines), log.parent):
        sentence = f"{DISK_IS_FULL} ({sentence})"
    return Refusal("\n  ".join([f"{sentence} Log: {log}", *lines]))


def is_disk_full(said: str, folder: Path) -> bool:
    """By what a process has said, or by what is left: whoever lost the database tells only that it is gone."""
    if any(words in said for words in _SAID_BY_A_FULL_DISK):
        return True
    try:
        return shutil.disk_usage(folder).free < _LEAST_FREE
    except OSError:
        return False
