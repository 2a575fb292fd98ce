"""What the list is narrowed by: the same names in the drawer, in saved addresses and in the links of the home page.

An allow-list; what is unknown or malformed narrows nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.text import single_line
from teams.models import Team, TeamMembership, User
from tickets.console.list.tabs import Tab, tab_of
from tickets.lifecycle import Status
from tickets.models import Category, Channel, Priority
from tickets.models.ticket import TicketQuerySet
from tickets.search import clean, search


@dataclass(frozen=True, slots=True)
class Chip:
    """An active filter, and the address without it."""

    label: str
    without: str


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool


STATES: dict[str, tuple[Any, Callable[[TicketQuerySet, datetime], TicketQuerySet]]] = {
    "unresolved": (gettext_lazy("Not resolved"), lambda tickets, _at: tickets.unresolved()),
    "unassigned": (gettext_lazy("Unassigned"), lambda tickets, _at: tickets.unassigned()),
    "reserved": (gettext_lazy("Reserved"), lambda tickets, _at: tickets.reserved()),
    "at_risk": (gettext_lazy("At risk"), lambda tickets, at: tickets.at_risk(at)),
    "breached": (gettext_lazy("Breached"), lambda tickets, _at: tickets.breached()),
}
KEPT = {"yes": gettext_lazy("All promises kept"), "no": gettext_lazy("A promise was broken")}
INSTANTS = {
    "opened": ("opened_at", gettext_lazy("Opened")),
    "resolved": ("resolved_at", gettext_lazy("Resolved")),
    "responded": ("first_responded_at", gettext_lazy("First answered")),
}
SORTS = ("deadline", "newest")
ME, NOBODY, NONE = "me", "none", "none"
_SIDES = ("after", "before")


class Filters:
    """What a request asks for. Reads the choices of the drawer lazily, at most three queries."""

    def __init__(self, params: QueryDict, *, reader: User) -> None:
        self.params = params
        self.reader = reader

    @cached_property
    def tab(self) -> Tab:
        return tab_of(self.params.get("tab"))

    @cached_property
    def words(self) -> str:
        return clean(self.params.get("q", ""))

    @property
    def is_by_deadline(self) -> bool:
        return self.sort == "deadline" if self.sort else self.tab.is_by_deadline and not self.words

    def narrow(self, tickets: TicketQuerySet, *, at: datetime) -> TicketQuerySet:
        """The tab, the filters and the search, all at once."""
        tickets = self.tab.narrow(tickets, self.reader, at)
        for condition in (self._listed(), self._people(), self._dates()):
            tickets = tickets.filter(condition)
        if self.state:
            tickets = STATES[self.state][1](tickets, at)
        if self.tag:
            tickets = tickets.filter(tags__name=self.tag)
        return search(tickets, self.words, reader=self.reader)

    # --- what was asked, cleaned ---

    @property
    def statuses(self) -> list[str]:
        return self._several("status", Status.values)

    @property
    def priorities(self) -> list[str]:
        return self._several("priority", [priority.slug for priority in Priority])

    @property
    def channels(self) -> list[str]:
        return self._several("channel", Channel.values)

    @property
    def state(self) -> str:
        return self._one("state", STATES)

    @property
    def kept(self) -> str:
        return self._one("kept", KEPT)

    @property
    def tag(self) -> str:
        return single_line(self.params.get("tag", ""))[:50].lower()

    @property
    def assignee(self) -> str:
        asked = self.params.get("assignee", "")
        is_number = asked.isascii() and asked.isdecimal() and len(asked) <= 18
        return asked if asked in (ME, NOBODY) or is_number else ""

    @cached_property
    def instants(self) -> dict[str, datetime]:
        """By name: `opened_after` and `opened_before` are half-open instants; a mere day is the reader's day, whole."""
        found = {}
        for name in INSTANTS:
            for side in _SIDES:
                instant = _instant(self.params.get(f"{name}_{side}", ""), ends=side == "before")
                if instant is not None:
                    found[f"{name}_{side}"] = instant
        return found

    @property
    def sort(self) -> str:
        return self._one("sort", SORTS)

    @property
    def opened_from(self) -> str:
        return _first_day(self.instants.get("opened_after"))

    @property
    def opened_until(self) -> str:
        return _last_day(self.instants.get("opened_before"))

    @property
    def kept_along(self) -> list[tuple[str, str]]:
        """What the drawer has no field for: a link brought it, and the next search keeps it."""
        names = ["state", "kept", *(f"{name}_{side}" for name in INSTANTS if name != "opened" for side in _SIDES)]
        return [(name, self.params.get(name, "")) for name in names if name in self.params]

    # --- choices of the drawer ---

    @cached_property
    def categories(self) -> list[Category]:
        return list(Category.objects.all())

    @cached_property
    def teams(self) -> list[Team]:
        return list(Team.objects.active())

    @cached_property
    def agents(self) -> list[User]:
        """Every active agent of an active team, by name."""
        members = TeamMembership.objects.filter(team__is_active=True)
        people = User.objects.filter(is_active=True, is_staff=True, pk__in=members.values("user"))
        return list(people.order_by("full_name", "email"))

    def choices(self) -> dict[str, list[Choice]]:
        asked = self._asked
        none = Choice(NONE, _("No category"), NONE in asked("category"))
        return {
            "status": [Choice(value, str(Status(value).label), value in self.statuses) for value in Status.values],
            "priority": [Choice(p.slug, str(p.label), p.slug in self.priorities) for p in reversed(Priority)],
            "channel": [Choice(value, str(Channel(value).label), value in self.channels) for value in Channel.values],
            "category": [Choice(c.slug, c.name, c.slug in asked("category")) for c in self.categories] + [none],
            "team": [Choice(team.slug, team.name, team.slug in asked("team")) for team in self.teams],
            "assignee": [
                Choice(ME, _("Me"), self.assignee == ME),
                Choice(NOBODY, _("Nobody"), self.assignee == NOBODY),
                *(
                    Choice(str(agent.pk), agent.get_full_name(), self.assignee == str(agent.pk))
                    for agent in self.agents
                ),
            ],
        }

    def chips(self) -> list[Chip]:
        found = [*self._listed_chips(), *self._other_chips()]
        return [Chip(label, self.without(name, value)) for name, value, label in found]

    # --- addresses ---

    def without(self, name: str, value: str | None = None) -> str:
        params = self._fresh()
        left = [other for other in params.getlist(name) if value is not None and other != value]
        params.setlist(name, left)
        return f"?{params.urlencode()}"

    def but(self, **changes: str) -> str:
        params = self._fresh()
        for name, value in changes.items():
            params[name] = value
        return f"?{params.urlencode()}"

    @property
    def bare(self) -> str:
        return f"?tab={self.tab.slug}"

    @property
    def everywhere(self) -> str:
        return self.but(tab="all")

    def _fresh(self) -> QueryDict:
        """The same filters from the first page on."""
        params = self.params.copy()
        for name in ("after", "before", "part"):
            params.pop(name, None)
        return params

    # --- conditions ---

    def _listed(self) -> Q:
        condition = Q()
        if self.statuses:
            condition &= Q(status__in=self.statuses)
        if self.priorities:
            condition &= Q(priority__in=[Priority.from_slug(slug) for slug in self.priorities])
        if self.channels:
            condition &= Q(channel__in=self.channels)
        if self.kept:
            condition &= Q(breached_at__isnull=self.kept == "yes")
        return condition

    def _people(self) -> Q:
        condition = Q()
        if slugs := self._asked("category"):
            chosen = Q(category__in=[category for category in self.categories if category.slug in slugs])
            condition &= chosen | Q(category=None) if NONE in slugs else chosen
        if slugs := self._asked("team"):
            condition &= Q(team__in=list(Team.objects.filter(slug__in=slugs).values_list("pk", flat=True)))
        if self.assignee:
            person = {ME: self.reader.pk, NOBODY: None}.get(self.assignee, self.assignee)
            condition &= Q(assignee=person)
        return condition

    def _dates(self) -> Q:
        condition = Q()
        for name, (column, _label) in INSTANTS.items():
            for side, lookup in (("after", "gte"), ("before", "lt")):
                if instant := self.instants.get(f"{name}_{side}"):
                    condition &= Q(**{f"{column}__{lookup}": instant})
        return condition

    def _listed_chips(self) -> list[tuple[str, str | None, str]]:
        return [
            (name, choice.value, choice.label)
            for name, choices in self.choices().items()
            for choice in choices
            if choice.is_chosen
        ]

    def _other_chips(self) -> list[tuple[str, str | None, str]]:
        found: list[tuple[str, str | None, str]] = []
        if self.words:
            found.append(("q", None, _("“%(words)s”") % {"words": self.words}))
        if self.tag:
            found.append(("tag", None, f"#{self.tag}"))
        if self.state:
            found.append(("state", None, str(STATES[self.state][0])))
        if self.kept:
            found.append(("kept", None, str(KEPT[self.kept])))
        for name, (_column, label) in INSTANTS.items():
            if since := self.instants.get(f"{name}_after"):
                found.append(
                    (f"{name}_after", None, _("%(what)s from %(when)s") % {"what": label, "when": _day(since)})
                )
            if until := self.instants.get(f"{name}_before"):
                last = until - timedelta(microseconds=1)
                found.append(
                    (f"{name}_before", None, _("%(what)s until %(when)s") % {"what": label, "when": _day(last)})
                )
        return found

    def _asked(self, name: str) -> list[str]:
        return [value for value in self.params.getlist(name) if value and "\x00" not in value]

    def _several(self, name: str, allowed: Sequence[str]) -> list[str]:
        return [value for value in self.params.getlist(name) if value in allowed]

    def _one(self, name: str, allowed: Any) -> str:
        asked = self.params.get(name, "")
        return asked if asked in allowed else ""


def filtered(tickets: TicketQuerySet, params: QueryDict, *, user: User, at: datetime) -> TicketQuerySet:
    """What the list shows for these parameters, unordered and whole."""
    return Filters(params, reader=user).narrow(tickets, at=at)


def _instant(text: str, *, ends: bool) -> datetime | None:
    """An instant, or a day: from its beginning, or until its end. None for anything else."""
    try:
        day = parse_date(text)
        instant = _midnight(day + timedelta(days=1 if ends else 0)) if day else parse_datetime(text)
    except (ValueError, OverflowError):
        return None
    if instant is None or not 1900 <= instant.year <= 9000:
        return None
    return instant if timezone.is_aware(instant) else timezone.make_aware(instant)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _first_day(instant: datetime | None) -> str:
    return "" if instant is None else timezone.localtime(instant).date().isoformat()


def _last_day(instant: datetime | None) -> str:
    return "" if instant is None else _first_day(instant - timedelta(microseconds=1))


def _day(instant: datetime) -> str:
    local = timezone.localtime(instant)
    is_whole = local.time().replace(second=0, microsecond=0) in (time(), time(23, 59))
    return date_format(local, "j M Y" if is_whole else "j M Y, H:i")
