"""How the open tickets spread over priorities, categories and teams."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _

from helpdesk.analytics.scope import Params, Scope
from teams.models import Team
from tickets.models import Category, Priority

MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Slice:
    """`percent` is of all that are open, `length` of the longest bar."""

    label: str
    value: int
    percent: int
    length: int
    link: str
    tone: str = ""


def by_priority_category_team(scope: Scope) -> dict[str, list[Slice]]:
    """Three queries; one reads the tickets."""
    rows = list(
        scope.tickets().unresolved().order_by().values_list("priority", "category", "team").annotate(n=Count("pk"))
    )
    priorities, categories, teams = (_added_up(rows, column) for column in range(3))
    called = {category.pk: category for category in Category.objects.filter(pk__in=[pk for pk in categories if pk])}
    named = {team.pk: team for team in Team.objects.filter(pk__in=teams)}
    none = (_("No category"), "none")
    whole = sum(priorities.values())
    return {
        "priority": _slices(
            scope,
            whole,
            [(str(p.label), priorities[p], [("priority", p.slug)], p.slug) for p in reversed(Priority)],
        ),
        "category": _slices(
            scope,
            whole,
            [
                (name, number, [("category", slug)], "")
                for pk, number in categories.most_common(MOST_SHOWN)
                for name, slug in [(called[pk].name, called[pk].slug) if pk else none]
            ],
        ),
        "team": _slices(
            scope,
            whole,
            [(named[pk].name, number, [("team", named[pk].slug)], "") for pk, number in teams.most_common(MOST_SHOWN)],
        ),
    }


def _added_up(rows: Sequence[tuple[Any, ...]], column: int) -> Counter[Any]:
    counter: Counter[Any] = Counter()
    for row in rows:
        counter[row[column]] += row[3]
    return counter


def _slices(scope: Scope, whole: int, parts: Sequence[tuple[str, int, Params, str]]) -> list[Slice]:
    whole = whole or 1
    most = max((number for _label, number, _params, _tone in parts), default=0) or 1
    return [
        Slice(
            label,
            number,
            round(100 * number / whole),
            round(100 * number / most),
            scope.link([("state", "unresolved"), *params]),
            tone,
        )
        for label, number, params, tone in parts
    ]
