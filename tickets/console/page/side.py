"""What stands beside the conversation: who has the ticket and who asked, promises, tags, followers, files, relatives."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db.models import CharField, Value
from django.http import HttpRequest
from django.utils.timezone import localtime, now
from django.utils.translation import gettext as _

from helpdesk.core.configuration import held_versions
from teams.models import User
from tickets.admin.panels import Panel, panels_for
from tickets.categories import active_categories
from tickets.console.page.crews import Crew, crews_of
from tickets.lifecycle import Status, may_follow
from tickets.models import Attachment, Category, Priority, Tag, Ticket, Watcher
from tickets.models.ticket import TicketQuerySet

if TYPE_CHECKING:
    from tickets.console.page.door import Desk

SHOWN_FILES = 50
# On a page of its own, for a ticket of a lifetime.
MOST_FILES = 1000
MOST_RELATIVES = 6


@dataclass(frozen=True, slots=True)
class Relatives:
    original: list[Ticket]
    followed: list[Ticket]
    follow_ups: list[Ticket]
    duplicates: list[Ticket]
    others: list[Ticket]


@dataclass(frozen=True, slots=True)
class Side:
    files: list[Attachment]
    has_more_files: bool
    relatives: Relatives
    tags: list[Tag]
    watchers: list[User]
    crews: list[Crew]
    categories: list[Category]
    priorities: list[Priority]
    moves: list[tuple[str, str]]
    panels: list[Panel]
    requester_time: datetime
    is_watching: bool

    @property
    def has_relatives(self) -> bool:
        relatives = self.relatives
        return bool(relatives.original or relatives.followed or relatives.follow_ups or relatives.duplicates)

    @property
    def agents(self) -> set[int]:
        return {person.pk for crew in self.crews for person in crew.people}


@held_versions()
def read_side(request: HttpRequest, desk: "Desk") -> Side:
    """Six queries at most, beside those of the panels. Whoever only asked sees files and their own relatives."""
    ticket = desk.ticket
    watchers = _watchers(ticket) if desk.is_inner else []
    most = MOST_FILES if "files" in request.GET else SHOWN_FILES
    files = _files(desk, most)
    return Side(
        files=files[:most],
        has_more_files=len(files) > most,
        relatives=_relatives(desk),
        tags=list(ticket.tags.all()) if desk.is_inner else [],
        watchers=watchers,
        crews=crews_of(ticket, at=now()) if desk.is_inner else [],
        categories=list(active_categories().values()) if desk.is_inner else [],
        priorities=list(Priority),
        moves=_moves(ticket),
        panels=panels_for(request, ticket) if desk.is_inner else [],
        requester_time=_local_time(ticket.requester),
        is_watching=desk.reader in watchers,
    )


def _watchers(ticket: Ticket) -> list[User]:
    return [row.user for row in Watcher.objects.filter(ticket=ticket).select_related("user").order_by("pk")]


def _files(desk: "Desk", most: int) -> list[Attachment]:
    files = Attachment.objects.filter(message__ticket=desk.ticket).select_related("message__author")
    if not desk.is_inner:
        files = files.filter(message__is_internal=False)
    return list(files.order_by("-message_id", "name")[: most + 1])


def _relatives(desk: "Desk") -> Relatives:
    """As far as the reader may see them, like everything else. One query: each part is found by an index of its own."""
    ticket = desk.ticket
    others = desk.visible.exclude(pk=ticket.pk)
    parts = [
        _newest(others.filter(follows_up=ticket), "follow_ups"),
        _newest(others.filter(follow_ups=ticket), "followed"),
        _newest(others.filter(duplicate_of=ticket), "duplicates"),
        _newest(others.filter(duplicates=ticket), "original"),
        _newest(others.filter(requester=ticket.requester_id), "others"),
    ]
    found: dict[str, list[Ticket]] = {field.name: [] for field in fields(Relatives)}
    for row in parts[0].union(*parts[1:], all=True):
        found[row.part].append(row)  # type: ignore[attr-defined]
    return Relatives(**found)


def _newest(tickets: TicketQuerySet, part: str) -> TicketQuerySet:
    named = tickets.annotate(part=Value(part, output_field=CharField()))
    return named.only("number", "title", "status").order_by("-id")[:MOST_RELATIVES]


def _moves(ticket: Ticket) -> list[tuple[str, str]]:
    """Where the status may go by hand, in the words of whoever does it."""
    words = {
        Status.IN_PROGRESS: _go_on(ticket),
        Status.PENDING_CUSTOMER: _("Wait for the customer"),
        Status.RESOLVED: _("Mark resolved"),
        Status.CLOSED: _("Close for good"),
    }
    return [(str(status), text) for status, text in words.items() if may_follow(ticket.status, status)]


def _go_on(ticket: Ticket) -> str:
    if ticket.status == Status.RESOLVED:
        return _("Reopen")
    return _("Go on with it") if ticket.status == Status.PENDING_CUSTOMER else _("Start work")


def _local_time(person: User) -> datetime:
    return localtime(now(), ZoneInfo(person.time_zone))
