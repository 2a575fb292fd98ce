"""Everybody who may be an agent, as the set-up has them: remembered by each process until somebody changes it.

Absences and on-call periods are not in it: they come and go by themselves, and are asked for with the instant.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from helpdesk.core.configuration import Remembered
from teams.availability import load_hours
from teams.models import AgentSkill, Calendar, Skill, Team, TeamMembership, User
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
    # By slug.
    skills: Mapping[str, int]
    # Team → its calendar. Read when it is first asked for, because some have none that makes sense.
    _hours: dict[int, WorkingCalendar]

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
    return SetUp(
        people={
            person.pk: Working(
                person, frozenset(members[person.pk]), frozenset(leads[person.pk]), skills[person.pk], hours[person.pk]
            )
            for person in people
        },
        teams=teams,
        general=next((team for team in teams.values() if team.is_general), None),
        skills=dict(Skill.objects.values_list("slug", "pk")),
        _hours={},
    )


set_up = Remembered(AREA, _load)
