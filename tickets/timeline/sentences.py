"""The sentences for the kinds that tickets record. Each continues after the name of whoever did it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Priority, TicketEvent
from tickets.models.ticket import REFERENCE_PREFIX
from tickets.timeline.names import Names


def _moment(instant: str) -> str:
    return date_format(localtime(datetime.fromisoformat(instant)), "SHORT_DATETIME_FORMAT")


def _assigned(event: TicketEvent, names: Names) -> str:
    data = event.data
    told = {"person": names.person(data["assignee"]["after"]), "team": names.team(data["team"]["after"])}
    if data.get("starts_at"):
        told["when"] = _moment(data["starts_at"])
        return _("reserved it for %(person)s of %(team)s from %(when)s") % told
    return _("assigned it to %(person)s of %(team)s") % told


def _held(event: TicketEvent, _names: Names) -> str:
    until = event.data.get("until")
    if until is None:
        return _("found nobody who could take it")
    return _("let it wait until %(until)s for somebody with room") % {"until": _moment(until)}


def _routed(event: TicketEvent, names: Names) -> str:
    teams = event.data["team"]
    return _("moved it from %(before)s to %(after)s") % {
        "before": names.team(teams["before"]),
        "after": names.team(teams["after"]),
    }


def _priority_changed(event: TicketEvent, _names: Names) -> str:
    change = event.data["priority"]
    return _("changed the priority from %(before)s to %(after)s") % {
        "before": Priority.from_slug(change["before"]).label,
        "after": Priority.from_slug(change["after"]).label,
    }


def _category_changed(event: TicketEvent, _names: Names) -> str:
    change = event.data["category"]
    return _("changed the category from %(before)s to %(after)s") % {
        "before": change["before"] or _("none"),
        "after": change["after"] or _("none"),
    }


def _replied(event: TicketEvent, _names: Names) -> str:
    if event.data.get("automatic"):
        return _("replied automatically")
    return _("replied to the customer") if event.data["by_staff"] else _("wrote")


def _taken_up(sentence: Callable[[], str]) -> Callable[[TicketEvent, Names], str]:
    def tell(event: TicketEvent, _names: Names) -> str:
        status: dict[str, Any] = event.data.get("status") or {}
        is_open = status.get("after") == Status.OPEN
        return _("%(what)s; its assignee is gone") % {"what": sentence()} if is_open else sentence()

    return tell


SENTENCES: dict[str, Callable[[TicketEvent, Names], str]] = {
    EventKind.OPENED: lambda event, names: (
        _("opened the ticket for %(team)s") % {"team": names.team(event.data.get("team"))}
    ),
    EventKind.ROUTED: _routed,
    EventKind.ASSIGNED: _assigned,
    EventKind.UNASSIGNED: lambda event, names: (
        _("took it back from %(person)s") % {"person": names.person(event.data["assignee"]["before"])}
    ),
    EventKind.HELD: _held,
    EventKind.STARTED: lambda _event, _names: _("started work"),
    EventKind.REPLIED: _replied,
    EventKind.NOTED: lambda _event, _names: _("added an internal note"),
    EventKind.PENDED: lambda _event, _names: _("waits for the customer"),
    EventKind.RESUMED: _taken_up(lambda: _("went on with it")),
    EventKind.RESOLVED: lambda _event, _names: _("resolved it"),
    EventKind.REOPENED: _taken_up(lambda: _("reopened it")),
    EventKind.CLOSED: lambda _event, _names: _("closed it"),
    EventKind.PRIORITY_CHANGED: _priority_changed,
    EventKind.CATEGORY_CHANGED: _category_changed,
    EventKind.TAGGED: lambda event, names: _("added the tag “%(tag)s”") % {"tag": names.tag(event.data["tag"])},
    EventKind.UNTAGGED: lambda event, names: _("removed the tag “%(tag)s”") % {"tag": names.tag(event.data["tag"])},
    EventKind.WATCHER_ADDED: lambda event, names: (
        _("lets %(person)s follow") % {"person": names.person(event.data["user"])}
    ),
    EventKind.WATCHER_REMOVED: lambda event, names: (
        _("lets %(person)s follow no longer") % {"person": names.person(event.data["user"])}
    ),
    EventKind.ATTACHMENT_REMOVED: lambda _event, _names: _("removed a file"),
    EventKind.DUPLICATED: lambda event, _names: (
        _("found that %(original)s asks the same") % {"original": f"{REFERENCE_PREFIX}{event.data['of']}"}
    ),
    EventKind.THANKED: lambda _event, _names: _("only thanked, so it stays resolved"),
    EventKind.INCIDENT_SUSPECTED: lambda event, _names: (
        _("found %(count)d tickets that look like one incident") % {"count": event.data["tickets"]}
    ),
    EventKind.INCIDENT_JOINED: lambda event, _names: (
        _("linked it to the incident of %(first)s") % {"first": f"{REFERENCE_PREFIX}{event.data['of']}"}
    ),
    EventKind.INCIDENT_LEFT: lambda event, _names: (
        _("took it out of the incident of %(first)s") % {"first": f"{REFERENCE_PREFIX}{event.data['of']}"}
    ),
    EventKind.LINKS_REVOKED: lambda _event, _names: _("revoked the links in mails sent so far"),
}
