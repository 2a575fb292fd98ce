"""The cast: the people whom every test knows, and the house they work in.

*Rosa* asks. *Amir* is an agent of Billing, *Lena* its lead. *Noor* is an agent elsewhere. *Otto* has no business here.
*Ada* is the administrator.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.apps import apps

from teams.models import (
    AgentProfile,
    AgentSkill,
    Calendar,
    ConfigurationChange,
    Skill,
    Team,
    TeamMembership,
    User,
)
from tickets.models import Category, CategorySkill, Channel, Priority, RoutingRule, Ticket
from tickets.services.opening import open_ticket

# A Monday, in the middle of everybody's working day.
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Cast:
    rosa: User
    amir: User
    lena: User
    noor: User
    otto: User
    ada: User
    billing: Team
    technical: Team
    general: Team
    billing_category: Category
    technical_category: Category
    payments: Skill

    def open_ticket(self, **changes: Any) -> Ticket:
        """Rosa's billing ticket, opened on Monday, unless `changes` say otherwise."""
        fields: dict[str, Any] = {
            "title": "Charged twice",
            "description": "You charged my card twice for March.",
            "requester": self.rosa,
            "by": self.rosa,
            "channel": Channel.WEB,
            "priority": Priority.MEDIUM,
            "category": self.billing_category,
            "at": MONDAY,
        }
        return open_ticket(**(fields | changes))


def always_open() -> Calendar:
    return Calendar.objects.get_or_create(name="Always", defaults={"is_always_open": True, "time_zone": "UTC"})[0]


def make_agent(
    name: str, team: Team, *, role: str = TeamMembership.Role.AGENT, capacity: int = 8, calendar: Calendar | None = None
) -> User:
    """An active agent who works around the clock unless another calendar is given."""
    user = make_person(name, is_staff=True)
    AgentProfile.objects.create(user=user, capacity=capacity, calendar=calendar or always_open())
    TeamMembership.objects.create(team=team, user=user, role=role)
    return user


def make_person(name: str, **fields: Any) -> User:
    user = User(email=f"{name.lower()}@example.com", full_name=name, time_zone="UTC", **fields)
    user.set_unusable_password()
    user.save()
    return user


def ship() -> None:
    """Put back what the migrations ship: a transactional test leaves the database empty for the next one."""
    if Team.objects.filter(is_general=True).exists():
        return
    for package in ("teams", "tickets", "escalation"):
        folder = import_module(f"{package}.migrations")
        for module in sorted(iter_modules(folder.__path__), key=lambda module: module.name):
            migration = import_module(f"{package}.migrations.{module.name}")
            if hasattr(migration, "ship"):
                migration.ship(apps, None)
    # In a new installation it ships before anything is remembered.
    ConfigurationChange.objects.all().delete()


def assemble() -> Cast:
    """Everybody, in a database that holds what the migrations ship. All work around the clock."""
    ship()
    always = always_open()
    billing = Team.objects.create(name="Billing", slug="billing", calendar=always)
    technical = Team.objects.create(name="Technical", slug="technical", calendar=always)
    general = Team.objects.get(is_general=True)
    Team.objects.filter(pk=general.pk).update(calendar=always)
    payments = Skill.objects.create(name="payments", slug="payments")
    billing_category = Category.objects.get(slug="billing")
    technical_category = Category.objects.get(slug="technical")
    RoutingRule.objects.create(category=billing_category, team=billing)
    RoutingRule.objects.create(category=technical_category, team=technical)
    CategorySkill.objects.create(category=billing_category, skill=payments, min_level=2)
    amir = make_agent("Amir", billing)
    AgentSkill.objects.create(user=amir, skill=payments, level=4)
    return Cast(
        rosa=make_person("Rosa"),
        amir=amir,
        lena=make_agent("Lena", billing, role=TeamMembership.Role.LEAD),
        noor=make_agent("Noor", technical),
        otto=make_person("Otto"),
        ada=make_person("Ada", is_staff=True, is_superuser=True),
        billing=billing,
        technical=technical,
        general=Team.objects.get(pk=general.pk),
        billing_category=billing_category,
        technical_category=technical_category,
        payments=payments,
    )
