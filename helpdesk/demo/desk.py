"""The demo's people, teams, rosters, skills and routes, as an administrator would have set them up."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from helpdesk.demo.cast import (
    ADMINISTRATOR,
    AGENTS,
    CUSTOMERS,
    DAYS_OF_LEAVE,
    NEEDS,
    ON_LEAVE,
    ORGANISATIONS,
    PASSWORD,
    ROUTES,
    SHIFTS,
    TEAMS,
    DemoAgent,
)
from helpdesk.demo.faces import face_of
from teams.models import (
    Absence,
    AgentProfile,
    AgentSkill,
    Calendar,
    Organisation,
    Shift,
    Skill,
    Team,
    TeamMembership,
    User,
)
from teams.models.calendar import Weekday
from tickets.models import Category, CategorySkill, RoutingRule

# They have been here for longer than their tickets.
_SINCE = timedelta(days=400)


def set_up_desk(*, as_of: datetime) -> None:
    people = _people(as_of)
    always = Calendar.objects.create(name="Around the clock", time_zone="UTC", is_always_open=True)
    teams = _teams(always)
    skills = _skills()
    _employ(people, teams, skills, always)
    _send_on_leave(people[ON_LEAVE], as_of)
    _route(teams, skills)


def _people(as_of: datetime) -> dict[str, User]:
    """Everybody by address. One hash for all, and a quick one: there is nothing to protect in a published password."""
    password = PBKDF2PasswordHasher().encode(PASSWORD, "studyspace", iterations=1000)
    name, address = ADMINISTRATOR
    people = [User(email=address, full_name=name, is_staff=True, is_superuser=True)]
    people += [User(email=each.email, full_name=each.name, time_zone=each.zone, is_staff=True) for each in AGENTS]
    organisations = {short: Organisation(name=name) for short, name in ORGANISATIONS.items()}
    Organisation.objects.bulk_create(organisations.values())
    people += [
        User(email=email, full_name=name, language=language, organisation=organisations.get(short))
        for short, (name, email, language) in CUSTOMERS.items()
    ]
    for person in people:
        person.password, person.joined_at = password, as_of - _SINCE
        person.picture = face_of(person.email)
    User.objects.bulk_create(people)
    return {person.email: person for person in people}


def _teams(always: Calendar) -> dict[str, Team]:
    """Promises run around the clock here, as the rosters do."""
    teams = {slug: Team(name=name, slug=slug, calendar=always) for slug, name in TEAMS.items()}
    Team.objects.bulk_create(teams.values())
    general = Team.objects.get(is_general=True)
    general.calendar = always
    general.save(update_fields=["calendar"])
    return teams | {"general": general}


def _skills() -> dict[str, Skill]:
    names = sorted({skill for agent in AGENTS for skill in agent.skills})
    skills = [Skill(name=name, slug=name.lower().replace(" ", "-")) for name in names]
    Skill.objects.bulk_create(skills)
    return {skill.name: skill for skill in skills}


def _employ(people: dict[str, User], teams: dict[str, Team], skills: dict[str, Skill], always: Calendar) -> None:
    staff = [(agent, people[agent.email]) for agent in AGENTS]
    TeamMembership.objects.bulk_create(each for agent, user in staff for each in _memberships(agent, user, teams))
    # Their own calendar: the default one has holidays, and somebody works on each day here.
    AgentProfile.objects.bulk_create(
        AgentProfile(user=user, capacity=agent.capacity, calendar=always) for agent, user in staff
    )
    AgentSkill.objects.bulk_create(
        AgentSkill(user=user, skill=skills[name], level=level)
        for agent, user in staff
        for name, level in agent.skills.items()
    )
    Shift.objects.bulk_create(
        Shift(user=user, weekday=day, starts=SHIFTS[agent.zone][0], ends=SHIFTS[agent.zone][1])
        for agent, user in staff
        for day in Weekday.values
    )


def _memberships(agent: DemoAgent, user: User, teams: dict[str, Team]) -> list[TeamMembership]:
    roles = TeamMembership.Role
    works = [TeamMembership(team=teams[slug], user=user, role=roles.AGENT) for slug in agent.teams]
    return works + [TeamMembership(team=teams[slug], user=user, role=roles.LEAD) for slug in agent.leads]


def _send_on_leave(person: User, as_of: datetime) -> None:
    local = as_of.astimezone(ZoneInfo(person.time_zone))
    starts = local.replace(hour=0, minute=0, second=0, microsecond=0)
    Absence.objects.create(
        user=person, starts_at=starts, ends_at=starts + timedelta(days=DAYS_OF_LEAVE), reason="Holidays"
    )


def _route(teams: dict[str, Team], skills: dict[str, Skill]) -> None:
    categories = {category.slug: category for category in Category.objects.all()}
    RoutingRule.objects.bulk_create(
        RoutingRule(category=categories[slug], team=teams[team]) for slug, team in ROUTES.items()
    )
    CategorySkill.objects.bulk_create(
        CategorySkill(category=categories[slug], skill=skills[name], min_level=level)
        for slug, (name, level) in NEEDS.items()
    )
