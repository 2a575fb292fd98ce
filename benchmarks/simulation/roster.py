"""Who works at the simulated desk: twenty agents of our own making, or those of a file.

A file is JSON: `{"agents": [{"name": "Amir", "starts": "08:00", "ends": "16:00", "days": [0, 1, 2, 3, 4], "capacity": 8,
"skills": {"payments": 4}}], "categories": {"payments": 3, "logins": 1}}`. `categories` are the skills that tickets
require and how often they do, relative to each other; `days` counts from Monday and may be left out, as may `capacity`.
"""

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.simulation.hours import DAY

SKILLS = ("payments", "logins", "network", "contracts", "app", "devices")
# No desk is staffed exactly for what it is asked.
_UNEVEN = 0.4
_SHIFTS = ((8 * 60, 16 * 60), (9 * 60, 17 * 60), (10 * 60, 18 * 60))


class BadRoster(ValueError):
    """The file cannot be read as a roster; the text says where."""


@dataclass(frozen=True, slots=True)
class Member:
    name: str
    starts: int
    ends: int
    days: frozenset[int]
    capacity: int
    skills: Mapping[str, int]

    def works(self, at: float) -> bool:
        day, minute = divmod(at, DAY)
        return day % 7 in self.days and self.starts <= minute < self.ends

    def next_start(self, at: float) -> float:
        """The earliest instant from `at` on at which they work."""
        if self.works(at):
            return at
        first, minute = divmod(at, DAY)
        days = range(int(first) + (minute >= self.starts), int(first) + 8)
        return next(day * DAY + self.starts for day in days if day % 7 in self.days)

    @property
    def minutes_a_week(self) -> int:
        return len(self.days) * (self.ends - self.starts)


@dataclass(frozen=True, slots=True)
class Roster:
    members: list[Member]
    categories: Mapping[str, float]


def our_roster(seed: int, agents: int = 20) -> Roster:
    """Three shifts; everybody knows three to five of six subjects, some of them well."""
    rng = random.Random(f"roster {seed}")
    members = []
    for number in range(agents):
        first = SKILLS[number % len(SKILLS)]
        others = rng.sample([skill for skill in SKILLS if skill != first], rng.choice((2, 3, 4)))
        starts, ends = _SHIFTS[number % len(_SHIFTS)] if number % 2 else _SHIFTS[(number // 2) % len(_SHIFTS)]
        skills = {first: rng.randint(3, 5)} | {skill: rng.randint(2, 4) for skill in others}
        members.append(Member(f"Agent {number + 1}", starts, ends, frozenset(range(5)), 8, skills))
    demand = {skill: weight * rng.uniform(1 - _UNEVEN, 1 + _UNEVEN) for skill, weight in _demand(members).items()}
    return Roster(members, demand)


def roster_from(path: Path) -> Roster:
    """Raises BadRoster with a sentence."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        members = [_member(row) for row in document["agents"]]
        categories = {str(skill): float(weight) for skill, weight in document.get("categories", {}).items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRoster(f"{path} is no roster: {type(error).__name__}: {error}") from error
    if not members or not any(member.minutes_a_week for member in members):
        raise BadRoster(f"{path} names nobody who works.")
    return Roster(members, categories or _demand(members))


def to_document(roster: Roster) -> dict[str, Any]:
    """What `roster_from` reads: an example to start from."""
    agents = [
        {
            "name": member.name,
            "starts": f"{member.starts // 60:02}:{member.starts % 60:02}",
            "ends": f"{member.ends // 60:02}:{member.ends % 60:02}",
            "days": sorted(member.days),
            "capacity": member.capacity,
            "skills": dict(member.skills),
        }
        for member in roster.members
    ]
    return {"agents": agents, "categories": dict(roster.categories)}


def _member(row: Mapping[str, Any]) -> Member:
    starts, ends = _minute(row["starts"]), _minute(row["ends"]) or DAY
    if starts >= ends:
        raise ValueError(f"{row['name']}: a shift ends after it begins")
    skills = {str(skill): int(level) for skill, level in row["skills"].items()}
    return Member(
        str(row["name"]), starts, ends, frozenset(row.get("days", range(5))), int(row.get("capacity", 8)), skills
    )


def _minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _demand(members: list[Member]) -> dict[str, float]:
    """As much of each subject as there are people who know it: a desk is staffed for what it is asked."""
    skills = sorted({skill for member in members for skill in member.skills})
    return {
        skill: sum(member.minutes_a_week / len(member.skills) for member in members if skill in member.skills)
        for skill in skills
    }
