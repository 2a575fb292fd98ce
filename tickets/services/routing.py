"""Which team a ticket belongs to: the first routing rule that fits, else the general team."""

from dataclasses import dataclass

from helpdesk.core.configuration import Remembered
from teams.everybody import set_up
from teams.models import Organisation, Team
from tickets.models import Category, RoutingRule


@dataclass(frozen=True, slots=True)
class Route:
    """`why` is "rule", or why no rule could decide: "no_category", "no_rule", "inactive_team"."""

    team: Team
    why: str


def route_for(*, category: Category | None, priority: int, organisation: Organisation | None) -> Route:
    """The first rule that fits and whose team is active. Two queries while the set-up stays as it is."""
    wanted = (
        None if category is None else category.pk,
        priority,
        None if organisation is None else organisation.pk,
    )
    matching = [rule for rule in _rules() if rule.fits(*wanted)]
    teams = set_up().teams
    for rule in matching:
        team = teams.get(rule.team)
        if team is not None and team.is_active:
            return Route(team, "rule")
    if matching:
        return Route(general_team(), "inactive_team")
    return Route(general_team(), "no_rule" if category is not None else "no_category")


def general_team() -> Team:
    """Raises Team.DoesNotExist on a database whose first migration has not run: the team ships with it."""
    team = set_up().general
    if team is None:
        raise Team.DoesNotExist("There is no general team: the migrations have not run.")
    return team


def active_teams() -> set[int]:
    return {pk for pk, team in set_up().teams.items() if team.is_active}


@dataclass(frozen=True, slots=True)
class _Rule:
    category: int | None
    priority: int | None
    organisation: int | None
    team: int

    def fits(self, category: int | None, priority: int, organisation: int | None) -> bool:
        """An empty condition matches everything."""
        return (
            self.category in (None, category)
            and self.priority in (None, priority)
            and self.organisation in (None, organisation)
        )


def _load_rules() -> list[_Rule]:
    rows = RoutingRule.objects.order_by("position", "pk")
    return [_Rule(*row) for row in rows.values_list("category", "priority", "organisation", "team")]


_rules = Remembered("routing", _load_rules)
