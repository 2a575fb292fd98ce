"""What a benchmark promises: a number, its limit, and whether it was kept."""

from collections.abc import Sequence
from dataclasses import dataclass


class MissingData(Exception):
    """The benchmark can't say anything: rows or files that it measures on are not there."""


@dataclass(frozen=True)
class Goal:
    """`limit` is shown as it is read: "≤ 20" or "= 500". A goal without a value was not measured, and so is missed."""

    name: str
    value: float | None
    unit: str
    limit: str
    is_met: bool

    @classmethod
    def at_most(cls, name: str, value: float | None, limit: float, *, unit: str) -> "Goal":
        return cls(name, value, unit, f"≤ {limit:g}", value is not None and value <= limit)

    @classmethod
    def at_least(cls, name: str, value: float | None, limit: float, *, unit: str) -> "Goal":
        return cls(name, value, unit, f"≥ {limit:g}", value is not None and value >= limit)

    @classmethod
    def exactly(cls, name: str, value: float | None, limit: float, *, unit: str) -> "Goal":
        return cls(name, value, unit, f"= {limit:g}", value == limit)


def require_rows(what: str, found: int, *, at_least: int) -> None:
    """Raises MissingData unless the data set is as large as the benchmark claims."""
    if found < at_least:
        raise MissingData(f"{what}: {found:,} rows instead of at least {at_least:,}.")


def all_met(goals: Sequence[Goal]) -> bool:
    """No goal at all is a failure, too."""
    return bool(goals) and all(goal.value is not None and goal.is_met for goal in goals)


def table(goals: Sequence[Goal]) -> str:
    rows = [("", "goal", "measured", "limit", "unit")]
    for goal in goals:
        measured = "not measured" if goal.value is None else _figure(goal.value)
        rows.append(("ok" if goal.is_met else "MISSED", goal.name, measured, goal.limit, goal.unit))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    met = sum(goal.value is not None and goal.is_met for goal in goals)
    return "\n".join([*lines, f"{met} of {len(goals)} goals met"])


def _figure(value: float) -> str:
    return f"{value:,.4g}" if abs(value) < 1000 else f"{value:,.0f}"
