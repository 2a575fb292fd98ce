"""What ends a command with one clear sentence instead of a traceback."""

from pathlib import Path


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
    if any("No space left on device" in line for line in lines):
        sentence = f"The disk is full: free some space and start again. ({sentence})"
    return Refusal("\n  ".join([f"{sentence} Log: {log}", *lines]))
