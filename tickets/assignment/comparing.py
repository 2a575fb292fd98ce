"""A decision of then beside one of now: what has changed about whom. Pure; ids and codes only."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LOOKED_AT = (
    "load",
    "ahead",
    "capacity",
    "is_on_shift",
    "is_absent",
    "accepts_work",
    "skills",
    "has_affinity",
    "teams",
)


@dataclass(frozen=True, slots=True)
class Change:
    """One fact about an agent; `before` is None for somebody who was not looked at then, `now` for who is not any more."""

    agent: int
    what: str
    before: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Comparison:
    winner_before: int | None
    winner_now: int | None
    changes: list[Change]

    @property
    def is_same(self) -> bool:
        return self.winner_before == self.winner_now


def compared(then: Mapping[str, Any], now: Mapping[str, Any]) -> Comparison:
    """Two decision records of one ticket."""
    before, after = _by_agent(then), _by_agent(now)
    changes = [change for agent in sorted({*before, *after}) for change in _changes(agent, before, after)]
    return Comparison(then["winner"], now["winner"], changes)


def _by_agent(record: Mapping[str, Any]) -> dict[int, Mapping[str, Any]]:
    return {row["facts"]["agent"]: row["facts"] for row in record["candidates"]}


def _changes(agent: int, before: Mapping[int, Any], after: Mapping[int, Any]) -> list[Change]:
    if agent not in before or agent not in after:
        return [Change(agent, "looked_at", True if agent in before else None, True if agent in after else None)]
    pairs = [(what, before[agent].get(what), after[agent].get(what)) for what in _LOOKED_AT]
    return [Change(agent, what, old, new) for what, old, new in pairs if old != new]
