"""Everybody who may be an agent, as the set-up has them: remembered by each process until somebody changes it.

Absences and on-call shifts are not in it: they come and go by themselves, and are asked for with the instant.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from helpdesk.core.configuration import Remembered
from teams.availability import load_hours
from teams.models import AgentSkill, Calendar, CalendarVersion, Skill, Team, TeamMembership, User
from teams.working_time import WorkingCalendar

AREA = "people"


@dataclass(frozen=True, slots=True)
class Working:
    """An active member of staff; `teams` and `leads` name active teams only. Shared by threads: never change it."""

    user: User
    teams: frozenset[int]
    leads: frozenset[int]
    skills: Mapping[int, int]
    hours: WorkingCalendar | None


@dataclass(frozen=True, slots=True)
class SetUp:
    people: Mapping[int, Working]
    teams: Mapping[int, Team]
    general: Team | None
    general_agents: frozenset[int]
    # By slug.
    skills: Mapping[str, int]
    # With their spans and holidays.
    calendars: Mapping[int, Calendar]
    # Team → its calendar. Read when it is first asked for, because some have none that makes sense.
    _hours: dict[int, WorkingCalendar]
    _versions: dict[int, CalendarVersion]

    def calendar(self, pk: int | None) -> Calendar:
        """The one with this key, the default one for None. Raises Calendar.DoesNotExist without that."""
        known = self.calendars.get(pk) if pk is not None else self._default_calendar
        if known is not None:
            return known
        return Calendar.objects.default() if pk is None else Calendar.objects.get(pk=pk)

    def version_of(self, calendar: Calendar) -> CalendarVersion:
        """As it says today; see `Calendar.current_version`. No query once that was committed."""
        known = self._versions.get(calendar.pk)
        if known is not None:
            return known
        version = calendar.current_version()
        # Its row may be new, and be rolled back.
        transaction.on_commit(lambda: self._versions.setdefault(calendar.pk, version))
        return version

    @property
    def _default_calendar(self) -> Calendar | None:
        return next((calendar for calendar in self.calendars.values() if calendar.is_default), None)

    def hours_of(self, team: int) -> WorkingCalendar:
        if team not in self._hours:
            self._hours[team] = self.teams[team].working_calendar()
        return self._hours[team]


def _load() -> SetUp:
    """Nine queries."""
    calendars = Calendar.objects.prefetch_related("spans", "holidays")
    teams = {team.pk: team for team in Team.objects.select_related("calendar")}
    by_key = {calendar.pk: calendar for calendar in calendars}
    for team in teams.values():
        # With its spans and holidays, so that nobody asks for them again.
        team.calendar = by_key[team.calendar_id] if team.calendar_id is not None else None
    members, leads = defaultdict(set), defaultdict(set)
    for user, team_id, role in TeamMembership.objects.filter(team__is_active=True).values_list("user", "team", "role"):
        members[user].add(team_id)
        if role == TeamMembership.Role.LEAD:
            leads[user].add(team_id)
    people = list(User.objects.filter(is_active=True, is_staff=True).select_related("agent_profile").order_by("pk"))
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for user, skill, level in AgentSkill.objects.filter(user__in=people).values_list("user", "skill", "level"):
        skills[user][skill] = level
    hours = load_hours(people, by_key)
    general = next((team for team in teams.values() if team.is_general), None)
    return SetUp(
        people={
            person.pk: Working(
                person, frozenset(members[person.pk]), frozenset(leads[person.pk]), skills[person.pk], hours[person.pk]
            )
            for person in people
        },
        teams=teams,
        general=general,
        general_agents=frozenset(p.pk for p in people if general is not None and general.pk in members[p.pk]),
        skills=dict(Skill.objects.values_list("slug", "pk")),
        calendars=by_key,
        _hours={},
        _versions={},
    )


set_up = Remembered(AREA, _load)
