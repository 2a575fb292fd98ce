"""Whether several people report the same at once. Values in, values out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WINDOW = timedelta(hours=1)
FEWEST_PEOPLE = 3
# What is asked all day long is no incident: so many times more people than usual have to report it.
TIMES_USUAL = 4.0
USUAL_OVER = timedelta(days=7)
# How close two reports of one cause are, by the kind of encoder: meanings and wordings have other scales.
LIKENESS = {"minilm": 0.6, "none": 0.4}


@dataclass(frozen=True, slots=True)
class Report:
    """A recent ticket beside the new one. `incident`: the one that it belongs to already."""

    ticket: int
    person: int
    opened_at: datetime
    likeness: float
    incident: int | None


def crowd(reports: Sequence[Report], *, person: int, least: float) -> list[Report]:
    """Of recent tickets those that say the same as the new one, the closest of each other person."""
    best: dict[int, Report] = {}
    for report in sorted(reports, key=lambda report: (-report.likeness, report.ticket)):
        if report.likeness >= least and report.person != person:
            best.setdefault(report.person, report)
    return list(best.values())


def is_incident(people: int, *, usual: int) -> bool:
    """`people` within the window; `usual`: how many similar tickets came in the week before it."""
    expected = usual * (WINDOW / USUAL_OVER)
    return people >= FEWEST_PEOPLE and people >= TIMES_USUAL * expected
