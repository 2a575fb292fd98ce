"""Absences and single on-call shifts as they are booked: remembered by each process until somebody changes one.

They are remembered from the beginning of the month in question, so that old ones are not carried about for ever.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from helpdesk.core.configuration import Remembered
from helpdesk.core.statements import rows

Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class _Booked:
    """By their start."""

    absences: Mapping[int, Sequence[Stretch]]
    # Person, team, start and end.
    shifts: Sequence[tuple[int, int, datetime, datetime]]


def absences_of(people: Collection[int], *, as_of: datetime) -> dict[int, tuple[Stretch, ...]]:
    """Those that are not over at `as_of`, by their start."""
    booked = _booked_by(as_of).absences
    found = {person: tuple(one for one in booked.get(person, ()) if one[1] > as_of) for person in people}
    return {person: stretches for person, stretches in found.items() if stretches}


def shifts_at(team_ids: Collection[int], *, as_of: datetime) -> list[tuple[int, int]]:
    """(person, team) for each on-call shift of these teams that lasts."""
    return [
        (person, team)
        for person, team, starts_at, ends_at in _booked_by(as_of).shifts
        if team in team_ids and starts_at <= as_of < ends_at
    ]


def _booked_by(as_of: datetime) -> _Booked:
    day = as_of.astimezone(UTC)
    return _since(day.year, day.month)()


@lru_cache(maxsize=12)
def _since(year: int, month: int) -> Remembered[_Booked]:
    return Remembered("people", lambda: _load(datetime(year, month, 1, tzinfo=UTC)))


def _load(since: datetime) -> _Booked:
    """What ends after that. Two queries."""
    absences: dict[int, list[Stretch]] = defaultdict(list)
    for person, starts_at, ends_at in rows(_ABSENCES, since):
        absences[person].append((starts_at, ends_at))
    return _Booked(absences, rows(_SHIFTS, since))


_ABSENCES = "SELECT user_id, starts_at, ends_at FROM teams_absence WHERE ends_at > %s ORDER BY starts_at"
# Whoever is gone answers nobody: their shift must not silence the rota.
_SHIFTS = """
    SELECT shift.user_id, shift.team_id, shift.starts_at, shift.ends_at
      FROM teams_oncallshift AS shift JOIN teams_user AS person ON person.id = shift.user_id
     WHERE shift.ends_at > %s AND person.is_active AND person.is_staff
     ORDER BY shift.id
"""
