"""What the demo's customers wrote and what became of it, as text files in `conversations/`: the format and its reader.

    @@ rosa payment high age=3d | Charged twice for March     who, category (- for none), priority, flags | subject
    The customer's words, as many lines as they need.
    >> [14m] Hello Rosa, …       staff answer, after a quarter of an hour; without a time, after a while
    >>? …                        … and wait for the customer          >>. …     … and resolve
    << thanks!!                  the customer writes                  !! …      a note for staff
    :: category billing          somebody at the desk does something: category, priority, tag, resolve

A ticket ends resolved, unless it has the flag `open` or `waiting`. Flags: age=, open, waiting, late (its first
answer comes after the promise), photo, bounced (the mail about the last answer failed).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from helpdesk.demo.cast import CHANNELS

FOLDER = Path(__file__).parent / "conversations"

_KINDS: dict[str, Literal["customer", "agent", "note", "act"]] = {
    ">>": "agent", ">>?": "agent", ">>.": "agent", "<<": "customer", "!!": "note", "::": "act",
}  # fmt: skip
_TURN = re.compile(r"(>>[?.]?|<<|!!|::) (?:\[(\w+)\] )?(.*)")
_SPAN = re.compile(r"(\d+)([dhms])")
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}


@dataclass(slots=True)
class Turn:
    """`then` is what the agent's answer does besides: "" or "wait" or "resolve"."""

    kind: Literal["customer", "agent", "note", "act"]
    text: str
    after: timedelta | None = None
    then: str = ""


@dataclass(slots=True)
class Script:
    customer: str
    category: str | None
    priority: str
    title: str
    description: str = ""
    channel: str = "web"
    age: timedelta | None = None
    flags: frozenset[str] = frozenset()
    turns: list[Turn] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return bool(self.flags & {"open", "waiting"})


@cache
def all_scripts() -> tuple[Script, ...]:
    """In the order of the files and of what stands in them."""
    return tuple(script for path in sorted(FOLDER.glob("*.txt")) for script in parsed(path.read_text("utf-8")))


def parsed(text: str) -> Iterator[Script]:
    """Raises ValueError for what is no script."""
    for block in re.split(r"^@@ ", text, flags=re.MULTILINE)[1:]:
        header, *lines = block.splitlines()
        script = _begun(header)
        for line in lines:
            if turn := _TURN.fullmatch(line):
                script.turns.append(_turn(*turn.groups()))
            elif script.turns:
                script.turns[-1].text += f"\n{line}"
            else:
                script.description += f"\n{line}"
        script.description = script.description.strip()
        for each in script.turns:
            each.text = each.text.strip()
        if not script.description:
            raise ValueError(f"Nothing was asked: {header}")
        yield script


def span(text: str) -> timedelta:
    """1h30m, 2d, 45s."""
    parts = _SPAN.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no span of time.")
    return sum((timedelta(**{_UNITS[unit]: int(number)}) for number, unit in parts), timedelta())


def _begun(header: str) -> Script:
    facts, _bar, title = header.partition(" | ")
    customer, category, priority, *flags = facts.split()
    options = dict(flag.split("=") for flag in flags if "=" in flag)
    return Script(
        customer=customer,
        category=None if category == "-" else category,
        priority=priority,
        title=title.strip(),
        channel=CHANNELS.get(customer, "web"),
        age=span(options["age"]) if "age" in options else None,
        flags=frozenset(flag for flag in flags if "=" not in flag),
    )


def _turn(mark: str, after: str | None, text: str) -> Turn:
    then = {">>?": "wait", ">>.": "resolve"}.get(mark, "")
    return Turn(_KINDS[mark], text, None if after is None else span(after), then)
