"""Lines for the person at the console."""

import sys


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def counted(number: int, what: str) -> str:
    """1 ticket, 2 tickets."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
