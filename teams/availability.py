"""When a person works: their shifts in their own zone, without holidays and absences. Pure but for the loaders."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from teams.models.agent import AgentProfile
from teams.models.calendar import Calendar, closing_second, seconds_of_day
from teams.models.roster import Shift
from teams.models.user import User
from teams.on_call import on_call_by_rota
from teams.periods import Stretch, absences_of, shifts_at
from teams.working_time import InvalidCalendar, NeverOpen, WorkingCalendar

# Absences booked in a row are few; this only bounds a loop over contradictory data.
_MAX_HOPS = 500
# Whoever has not worked for longer was off all the time.
_LOOKS_BACK = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Availability:
    """`hours` is None for somebody who has no hours at all; `absences` are ordered by their start."""

    hours: WorkingCalendar | None
    absences: tuple[Stretch, ...] = ()

    def is_absent(self, at: datetime) -> bool:
        return self._absence_at(at) is not None

    def is_on_shift(self, at: datetime) -> bool:
        return self.hours is not None and self.hours.is_open(at) and not self.is_absent(at)

    def next_start(self, at: datetime) -> datetime | None:
        """The earliest instant from `at` on at which the person works; None when there is none."""
        if self.hours is None:
            return None
        for _hop in range(_MAX_HOPS):
            try:
                at = self.hours.next_opening(at)
            except NeverOpen:
                return None
            absence = self._absence_at(at)
            if absence is None:
                return at
            at = absence[1]
        return None

    def shift_ends(self, at: datetime) -> datetime | None:
        """The end of the stretch of work that contains `at`; None when the person is not working then."""
        if self.hours is None or not self.is_on_shift(at):
            return None
        end = self.hours.closes_after(at)
        return min([end, *(start for start, _end in self.absences if at < start < end)])

    def off_since(self, at: datetime) -> datetime:
        """When the last stretch of work before `at` ended, but not earlier than two weeks before."""
        earliest = at - _LOOKS_BACK
        spans = self.hours.open_spans(earliest, at) if self.hours is not None else ()
        return max((end for _start, end in spans), default=earliest)

    def _absence_at(self, at: datetime) -> Stretch | None:
        return next((stretch for stretch in self.absences if stretch[0] <= at < stretch[1]), None)


def load_availability(people: Sequence[User], *, as_of: datetime) -> dict[int, Availability]:
    """The availability of each from `as_of` on, by id. Five queries when `agent_profile` was selected with them."""
    own_calendars = {profile.calendar_id for person in people if (profile := profile_of(person))}
    hours = load_hours(people, _calendars(own_calendars))
    absences = absences_of([person.pk for person in people], as_of=as_of)
    return {person.pk: Availability(hours[person.pk], absences.get(person.pk, ())) for person in people}


def load_hours(people: Sequence[User], calendars: Mapping[int, Calendar]) -> dict[int, WorkingCalendar | None]:
    """One query. `calendars` come with their spans and holidays, the default one among them."""
    shifts: dict[int, list[Shift]] = defaultdict(list)
    for shift in Shift.objects.filter(user__in=people):
        shifts[shift.user_id].append(shift)
    default = next((calendar for calendar in calendars.values() if calendar.is_default), None)
    return {
        person.pk: _hours(shifts[person.pk], person.time_zone, _calendar_of(person, calendars) or default)
        for person in people
    }


def _calendar_of(person: User, calendars: Mapping[int, Calendar]) -> Calendar | None:
    profile = profile_of(person)
    return calendars.get(profile.calendar_id or 0) if profile is not None else None


def profile_of(person: User) -> AgentProfile | None:
    return getattr(person, "agent_profile", None)


def on_call(team_ids: Collection[int], *, as_of: datetime) -> dict[int, set[int]]:
    """Who may be woken at this instant, and for which of these teams."""
    woken: dict[int, set[int]] = defaultdict(set)
    overridden = set()
    for user, team in shifts_at(team_ids, as_of=as_of):
        woken[user].add(team)
        overridden.add(team)
    for user, team in on_call_by_rota(set(team_ids) - overridden, as_of=as_of):
        woken[user].add(team)
    return woken


def _calendars(wanted: Iterable[int | None]) -> dict[int, Calendar]:
    named = [pk for pk in wanted if pk is not None]
    rows = Calendar.objects.filter(pk__in=named) | Calendar.objects.filter(is_default=True)
    return {calendar.pk: calendar for calendar in rows.prefetch_related("spans", "holidays")}


def _hours(shifts: list[Shift], time_zone: str, calendar: Calendar | None) -> WorkingCalendar | None:
    """Shifts win over the calendar's hours; its holidays apply to both."""
    definition = calendar.definition() if calendar is not None else None
    if shifts:
        week: list[list[tuple[int, int]]] = [[] for _day in range(7)]
        for shift in shifts:
            week[shift.weekday].append((seconds_of_day(shift.starts), closing_second(shift.ends)))
        definition = {
            "time_zone": time_zone,
            "week": [[{"opens": opens, "closes": closes} for opens, closes in _merged(day)] for day in week],
            "closures": definition["closures"] if definition is not None else [],
            "is_always_open": False,
        }
    return _calendar_from(json.dumps(definition, sort_keys=True)) if definition is not None else None


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Shifts that overlap are one longer shift: contradictory data must not leave anybody without hours."""
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(spans):
        if merged and opens <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], closes))
        else:
            merged.append((opens, closes))
    return merged


@lru_cache(maxsize=1024)
def _calendar_from(definition: str) -> WorkingCalendar | None:
    """People with the same hours share one calendar, so that its days are worked out once. None when it never opens."""
    try:
        return WorkingCalendar.from_definition(json.loads(definition))
    except InvalidCalendar:
        return None
