"""What the ids in events are called today. Two queries at most, whatever the number of events."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Model, Value
from django.utils.translation import gettext as _

from teams.models import Team, User
from tickets.models import Tag, TicketEvent


@dataclass(frozen=True, slots=True)
class Names:
    people: Mapping[int, str] = field(default_factory=dict)
    things: Mapping[type[Model], Mapping[int, str]] = field(default_factory=dict)

    def person(self, pk: int | None) -> str:
        return _("nobody") if pk is None else self.people.get(pk, "?")

    def team(self, pk: int | None) -> str:
        return self.thing(Team, pk) or "?"

    def tag(self, pk: int) -> str:
        return self.thing(Tag, pk) or "?"

    def thing(self, model: type[Model], pk: int | None) -> str:
        """ "" for what is gone."""
        return "" if pk is None else self.things.get(model, {}).get(pk, "")


@dataclass(frozen=True, slots=True)
class _Mention:
    """Under `key` the data of events of these kinds (None: of any) have ids of the model, whose `name` is its name."""

    model: type[Model]
    key: str
    kinds: Collection[str] | None = None

    def ids(self, event: TicketEvent) -> Iterator[int]:
        return _ids(event.data, self.key) if self.kinds is None or event.kind in self.kinds else iter(())


_MENTIONS = [_Mention(Team, "team"), _Mention(Tag, "tag")]


def register_names(model: type[Model], *, key: str, kinds: Collection[str]) -> None:
    _MENTIONS.append(_Mention(model, key, kinds))


def names_in(events: Iterable[TicketEvent]) -> Names:
    """Names for every person and thing that the events' data mention under the usual keys."""
    people: set[int] = set()
    things: dict[type[Model], set[int]] = defaultdict(set)
    for event in events:
        people.update(_ids(event.data, "assignee"), _ids(event.data, "user"))
        for mention in _MENTIONS:
            things[mention.model].update(mention.ids(event))
    return Names(
        {user.pk: user.get_full_name() for user in User.objects.filter(pk__in=people)} if people else {},
        _named({model: pks for model, pks in things.items() if pks}),
    )


def _named(things: Mapping[type[Model], set[int]]) -> dict[type[Model], dict[int, str]]:
    parts = [
        model._default_manager.filter(pk__in=pks)
        .order_by()
        .values_list(Value(model._meta.label, output_field=CharField()), "pk", "name")
        for model, pks in things.items()
    ]
    by_label = {model._meta.label: model for model in things}
    found: dict[type[Model], dict[int, str]] = {model: {} for model in things}
    for label, pk, name in parts[0].union(*parts[1:], all=True) if parts else ():
        found[by_label[label]][pk] = name
    return found


def _ids(data: dict[str, Any], key: str) -> Iterator[int]:
    value = data.get(key)
    values = value.values() if isinstance(value, dict) else [value]
    yield from (item for item in values if isinstance(item, int))
