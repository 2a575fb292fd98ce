"""Puts the demo into an empty database, through the same verbs that people use, with times relative to now."""

from datetime import datetime, timedelta

from django.contrib.auth.hashers import make_password
from django.db import transaction

from helpdesk.demo.cast import ADMINISTRATOR, AGENTS, CUSTOMERS, NEEDS, ROUTES, SHIFTS, TEAMS, DemoAgent
from helpdesk.demo.conversations import CONVERSATIONS, Conversation
from teams.models import AgentProfile, AgentSkill, Calendar, Shift, Skill, Team, TeamMembership, User
from teams.models.calendar import Weekday
from tickets.models import Category, CategorySkill, Channel, Priority, RoutingRule, Ticket
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.opening import open_ticket
from tickets.services.resolving import resolve_ticket

PASSWORD = "study-space-demo"  # noqa: S105 - published on purpose: the demo is bound to this machine


@transaction.atomic
def load_demo(*, as_of: datetime) -> int:
    """Everything in one transaction: an interrupted first start leaves an empty database. Returns the ticket count.

    Does nothing when there are tickets already.
    """
    if Ticket.objects.exists():
        return 0
    people = _people()
    _desk(people)
    for conversation in CONVERSATIONS:
        _play(conversation, people, as_of)
    return len(CONVERSATIONS)


def _people() -> dict[str, User]:
    """Everybody by short name. One hash for all: hashing is slow by design."""
    password = make_password(PASSWORD)
    name, email = ADMINISTRATOR
    people = {"admin": User(email=email, full_name=name, is_staff=True, is_superuser=True, password=password)}
    for agent in AGENTS:
        people[agent.email] = User(
            email=agent.email, full_name=agent.name, time_zone=agent.zone, is_staff=True, password=password
        )
    for key, (name, email, language) in CUSTOMERS.items():
        people[key] = User(email=email, full_name=name, language=language, password=password)
    User.objects.bulk_create(people.values())
    return people


def _desk(people: dict[str, User]) -> None:
    """Teams, rosters, skills and routes. Promises run around the clock here, as the rosters do."""
    always = Calendar.objects.create(name="Around the clock", time_zone="UTC", is_always_open=True)
    teams = {slug: Team.objects.create(name=name, slug=slug, calendar=always) for slug, name in TEAMS.items()}
    general = Team.objects.get(is_general=True)
    general.calendar = always
    general.save(update_fields=["calendar"])
    teams["general"] = general
    skills = {name: Skill.objects.create(name=name, slug=name.lower().replace(" ", "-")) for name in _skill_names()}
    for agent in AGENTS:
        _employ(agent, people[agent.email], teams, skills)
    categories = {category.slug: category for category in Category.objects.all()}
    for slug, team in ROUTES.items():
        RoutingRule.objects.create(category=categories[slug], team=teams[team])
    for slug, (skill, level) in NEEDS.items():
        CategorySkill.objects.create(category=categories[slug], skill=skills[skill], min_level=level)


def _skill_names() -> list[str]:
    return sorted({skill for agent in AGENTS for skill in agent.skills})


def _employ(agent: DemoAgent, user: User, teams: dict[str, Team], skills: dict[str, Skill]) -> None:
    role = TeamMembership.Role.LEAD if agent.is_lead else TeamMembership.Role.AGENT
    TeamMembership.objects.create(team=teams[agent.team], user=user, role=role)
    TeamMembership.objects.bulk_create(TeamMembership(team=teams[slug], user=user) for slug in agent.also)
    AgentProfile.objects.create(user=user, capacity=agent.capacity)
    AgentSkill.objects.bulk_create(
        AgentSkill(user=user, skill=skills[name], level=level) for name, level in agent.skills.items()
    )
    starts, ends = SHIFTS[agent.zone]
    Shift.objects.bulk_create(Shift(user=user, weekday=day, starts=starts, ends=ends) for day in Weekday.values)


def _play(conversation: Conversation, people: dict[str, User], as_of: datetime) -> None:
    at = as_of - timedelta(hours=conversation.hours_ago)
    customer = people[conversation.customer]
    category = Category.objects.get(slug=conversation.category) if conversation.category else None
    ticket = open_ticket(
        title=conversation.title,
        description=conversation.description,
        requester=customer,
        by=customer,
        channel=Channel.WEB,
        priority=Priority.from_slug(conversation.priority),
        category=category,
        at=at,
    )
    for position, (speaker, text) in enumerate(conversation.turns, start=1):
        at += timedelta(minutes=conversation.every_minutes)
        is_last = position == len(conversation.turns)
        _turn(ticket, speaker, text, customer, conversation.ends if is_last else "", at)
    if conversation.ends == "resolved":
        resolve_ticket(ticket, by=ticket.assignee, at=at + timedelta(minutes=conversation.every_minutes))


def _turn(ticket: Ticket, speaker: str, text: str, customer: User, ends: str, at: datetime) -> None:
    if speaker == "customer" or ticket.assignee is None:
        reply(ticket, body=text, by=customer, channel=Channel.WEB, at=at)
    elif speaker == "note":
        add_note(ticket, body=text, by=ticket.assignee, at=at)
    else:
        then = AfterSending.WAIT if ends == "waiting" else AfterSending.SEND
        reply(ticket, body=text, by=ticket.assignee, channel=Channel.WEB, then=then, at=at)
