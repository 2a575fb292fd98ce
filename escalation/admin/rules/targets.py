"""What conditions and actions may name, as it is at this moment: by its name, and whether it is still there."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from escalation.actions import team_slug_in, user_id_in
from escalation.calling import endpoints
from teams.models import Organisation, Team, User
from tickets.lifecycle import Status
from tickets.models import Category, Channel, Priority, Tag

# Of these there may be thousands: they are looked up by name, and never listed.
MANY = {"organisation": (Organisation, "name"), "tag": (Tag, "name")}


class Targets:
    """For one page. Whatever is mentioned first is looked up together: a fixed number of queries, however much it is."""

    def __init__(self) -> None:
        self._mentioned: dict[str, set[str]] = {"organisation": set(), "tag": set()}
        self._looked_up: dict[str, set[str]] = {"organisation": set(), "tag": set()}
        self._there: dict[str, set[str]] = {"organisation": set(), "tag": set()}
        self._mentioned_people: set[str] = set()
        self._looked_up_people: set[str] = set()
        self._people: dict[int, User] = {}

    # --- Mentioning ---

    def mention_conditions(self, conditions: Any) -> None:
        if isinstance(conditions, Mapping):
            for field, names in self._mentioned.items():
                said = conditions.get(field)
                names.update(name for name in said if isinstance(name, str)) if isinstance(said, list) else None

    def mention_people(self, said: Iterable[str]) -> None:
        """Each as "user:<id>", as an e-mail address, or by name."""
        self._mentioned_people.update(said)

    # --- Conditions ---

    def choices(self, field: str) -> dict[str, str] | None:
        """What a condition may choose from: value → name, also of what is switched off. None: there may be thousands."""
        match field:
            case "category":
                return {slug: name for slug, (name, _active) in self._categories.items()}
            case "team":
                return {slug: name for slug, (name, _active) in self._teams.items()}
            case "priority":
                return {priority.slug: str(priority.label) for priority in reversed(Priority)}
            case "channel":
                return {str(value): str(label) for value, label in Channel.choices}
            case "status":
                return {str(value): str(label) for value, label in Status.choices}
        return None

    def is_on(self, field: str, value: str) -> bool:
        """Whether it is in use, and not switched off."""
        if field in ("category", "team"):
            known = self._categories if field == "category" else self._teams
            return known.get(value, ("", False))[1]
        return self.is_there(field, value)

    def is_there(self, field: str, value: str) -> bool:
        known = self.choices(field)
        return value in known if known is not None else value in self._names(field)

    def name_of(self, field: str, value: str) -> str:
        return (self.choices(field) or {}).get(value, value)

    # --- Actions ---

    @cached_property
    def endpoints(self) -> dict[str, str]:
        return dict(endpoints())

    def teams_to_give_to(self) -> dict[str, str]:
        return {slug: name for slug, (name, is_active) in self._teams.items() if is_active}

    def person(self, who: str) -> User | None:
        """Whoever is meant by "user:<id>", an address, "Name <address>" or a name that only one person has."""
        self._look_up_people()
        number = user_id_in(who)
        if number is not None:
            return self._people.get(number)
        said = _address_in(who)
        by_address = [person for person in self._people.values() if person.email == said.lower()]
        # Customers choose their own names: none of them is meant by one.
        colleagues = [person for person in self._people.values() if person.is_staff and person.is_active]
        named = by_address or [person for person in colleagues if person.full_name.lower() == said.lower()]
        return named[0] if len(named) == 1 else None

    # --- Looking up ---

    @cached_property
    def _categories(self) -> dict[str, tuple[str, bool]]:
        return {slug: (name, on) for slug, name, on in Category.objects.values_list("slug", "name", "is_active")}

    @cached_property
    def _teams(self) -> dict[str, tuple[str, bool]]:
        return {slug: (name, on) for slug, name, on in Team.objects.values_list("slug", "name", "is_active")}

    def _names(self, field: str) -> set[str]:
        new = self._mentioned[field] - self._looked_up[field]
        if new:
            model, column = MANY[field]
            found = model._default_manager.filter(**{f"{column}__in": [name for name in new if "\x00" not in name]})
            self._there[field].update(found.values_list(column, flat=True))
            self._looked_up[field] |= new
        return self._there[field]

    def _look_up_people(self) -> None:
        new = {who for who in self._mentioned_people - self._looked_up_people if "\x00" not in who}
        if new:
            ids = {number for who in new if (number := user_id_in(who)) is not None}
            said = {_address_in(who) for who in new if user_id_in(who) is None} - {""}
            asked = Q(pk__in=ids) | Q(email__in={each.lower() for each in said})
            for name in said:
                asked |= Q(full_name__iexact=name)
            self._people |= {person.pk: person for person in User.objects.filter(asked)}
            self._looked_up_people |= new


def address_of(person: User) -> str:
    """As the form shows and takes it: the address says who of two people with one name is meant."""
    return f"{person.full_name} <{person.email}>" if person.full_name else person.email


def gone_team(destination: str, targets: Targets) -> str:
    """What to do when the team that gets the ticket is not there any more; "" when all is well."""
    slug = team_slug_in(destination)
    if slug is None or targets.is_on("team", slug):
        return ""
    if targets.is_there("team", slug):
        return _("The team “%(team)s” is switched off: choose another.") % {"team": targets.name_of("team", slug)}
    return _("There is no team “%(team)s” any more: choose another.") % {"team": slug}


def gone_person(who: str, targets: Targets) -> str:
    number = user_id_in(who)
    person = targets.person(who) if number is not None else None
    if number is None or (person is not None and person.is_active and person.is_staff):
        return ""
    if person is None:
        return _("There is nobody with the number %(number)s any more: choose somebody else.") % {"number": number}
    if not person.is_active:
        return _("%(name)s is switched off and hears of nothing: choose somebody else.") % {"name": person}
    return _("%(name)s does not work here: choose somebody else.") % {"name": person}


def _address_in(said: str) -> str:
    return said.partition("<")[2].partition(">")[0].strip() if "<" in said else said.strip()
