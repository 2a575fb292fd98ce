"""Which team a ticket belongs to: the first routing rule that fits, else the general team."""

from dataclasses import dataclass

from django.db.models import Q

from teams.models import Organisation, Team
from tickets.models import Category, RoutingRule


@dataclass(frozen=True, slots=True)
class Route:
    """`why` is "rule", or why no rule could decide: "no_category", "no_rule", "inactive_team"."""

    team: Team
    why: str


def route_for(*, category: Category | None, priority: int, organisation: Organisation | None) -> Route:
    """One query when a rule of an active team fits, two otherwise."""
    rules = RoutingRule.objects.filter(
        Q(category=None) | Q(category=category),
        Q(priority=None) | Q(priority=priority),
        Q(organisation=None) | Q(organisation=organisation),
    ).select_related("team__calendar")
    matching = list(rules.order_by("position", "pk"))
    for rule in matching:
        if rule.team.is_active:
            return Route(rule.team, "rule")
    if matching:
        return Route(general_team(), "inactive_team")
    return Route(general_team(), "no_rule" if category is not None else "no_category")


def general_team() -> Team:
    """Raises Team.DoesNotExist on a database whose first migration has not run: the team ships with it."""
    return Team.objects.select_related("calendar").get(is_general=True)
