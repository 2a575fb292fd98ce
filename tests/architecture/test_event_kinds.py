"""Every kind of event is explained in the table of docs/ARCHITECTURE.md, and the table explains no other."""

import re
from pathlib import Path

from tickets.events import known_kinds

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "ARCHITECTURE.md"


def documented_kinds() -> set[str]:
    """The first column of the table below the heading "Events"."""
    section = DOCUMENT.read_text().split("\n## Events\n")[1].split("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return set(re.findall(r"`([a-z_]+\.[a-z_]+)`", " ".join(rows)))


def test_the_documented_kinds_are_the_known_ones():
    assert documented_kinds() == known_kinds()
