"""The desk that benchmarks work at: five teams, twenty agents, a thousand customers. Open day and night, so that a
result does not depend on the hour.
"""

from dataclasses import dataclass
from itertools import count

from teams.models import AgentProfile, ApiToken, Calendar, Team, TeamMembership, User
from tickets.models import Category, RoutingRule

AGENTS_A_TEAM = 4
CUSTOMERS = 1000
TITLE = "Login Issue"


@dataclass(frozen=True)
class House:
    calendar: Calendar
    teams: list[Team]
    categories: list[Category]
    agents: list[User]
    customers: list[User]
    administrator: User


def build_house() -> House:
    """Make everybody in a database that holds only what the migrations ship."""
    calendar = Calendar.objects.create(name="Always", is_always_open=True, time_zone="UTC")
    categories = list(Category.objects.order_by("position")[:4])
    teams = [Team.objects.get(is_general=True)]
    teams += [
        Team.objects.create(name=f"Team {category}", slug=f"team-{category.slug}", calendar=calendar)
        for category in categories
    ]
    Team.objects.update(calendar=calendar)
    RoutingRule.objects.bulk_create(
        [RoutingRule(category=category, team=team) for category, team in zip(categories, teams[1:], strict=True)]
    )
    agents = _people("agent", AGENTS_A_TEAM * len(teams), is_staff=True)
    AgentProfile.objects.bulk_create([AgentProfile(user=agent, calendar=calendar) for agent in agents])
    TeamMembership.objects.bulk_create(
        [
            TeamMembership(team=teams[place // AGENTS_A_TEAM], user=agent, role=_role(place))
            for place, agent in enumerate(agents)
        ]
    )
    return House(
        calendar=calendar,
        teams=teams,
        categories=categories,
        agents=agents,
        customers=_people("customer", CUSTOMERS),
        administrator=_people("administrator", 1, is_staff=True, is_superuser=True)[0],
    )


def token_of(user: User) -> str:
    return ApiToken.objects.issue(user, name="benchmark", is_trusted=True)


def new_ticket(house: House) -> dict[str, str]:
    """What a caller of the API sends: another customer and another category each time."""
    number = next(_numbers)
    return {
        "title": TITLE,
        "description": "Unable to login to portal",
        "category": house.categories[number % len(house.categories)].slug,
        "priority": "high",
        "customer_email": house.customers[number % len(house.customers)].email,
    }


_numbers = count()


def _role(place: int) -> str:
    return TeamMembership.Role.AGENT if place % AGENTS_A_TEAM else TeamMembership.Role.LEAD


def _people(what: str, number: int, **fields: bool) -> list[User]:
    return User.objects.bulk_create(
        [
            User(email=f"{what}{i}@example.com", full_name=f"{what.title()} {i}", password="!", **fields)
            for i in range(number)
        ]
    )
