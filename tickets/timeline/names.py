"""What the ids in events are called today. Two queries at most, whatever the number of events."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Value
from django.utils.translation import gettext as _

from teams.models import Team, User
from tickets.models import Tag, TicketEvent


@dataclass(frozen=True, slots=True)
class Names:
    people: dict[int, str] = field(default_factory=dict)
    teams: dict[int, str] = field(default_factory=dict)
    tags: dict[int, str] = field(default_factory=dict)

    def person(self, pk: int | None) -> str:
        return _("nobody") if pk is None else self.people.get(pk, "?")

    def team(self, pk: int | None) -> str:
        return "?" if pk is None else self.teams.get(pk, "?")

    def tag(self, pk: int) -> str:
        return self.tags.get(pk, "?")


def names_in(events: Iterable[TicketEvent]) -> Names:
    """Names for every person, team and tag that the events' data mention under the usual keys."""
    people: set[int] = set()
    teams: set[int] = set()
    tags: set[int] = set()
    for event in events:
        people.update(_ids(event.data, "assignee"), _ids(event.data, "user"))
        teams.update(_ids(event.data, "team"))
        tags.update(_ids(event.data, "tag"))
    names = Names({user.pk: user.get_full_name() for user in User.objects.filter(pk__in=people)} if people else {})
    of_teams = Team.objects.filter(pk__in=teams).order_by().values_list(Value("team"), "pk", "name")
    of_tags = Tag.objects.filter(pk__in=tags).order_by().values_list(Value("tag"), "pk", "name")
    for kind, pk, name in of_teams.union(of_tags, all=True):
        (names.teams if kind == "team" else names.tags)[pk] = name
    return names


def _ids(data: dict[str, Any], key: str) -> Iterator[int]:
    value = data.get(key)
    values = value.values() if isinstance(value, dict) else [value]
    yield from (item for item in values if isinstance(item, int))
