"""The tabs of the list, and how many tickets stand behind each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from teams.models import User
from tickets.lifecycle import Status
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

# Nobody reads further than this; "1,000+" says enough.
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class Tab:
    slug: str
    label: Any
    narrow: Callable[[TicketQuerySet, User, datetime], TicketQuerySet]
    # What an empty tab says: a title, and what to do or what to expect.
    empty: tuple[Any, Any]
    is_by_deadline: bool = True


def _of_my_teams(tickets: TicketQuerySet, reader: User, _at: datetime) -> TicketQuerySet:
    return tickets.unresolved().filter(team__in=list(reader.memberships.values_list("team", flat=True)))


TABS = (
    Tab(
        "mine",
        _("Mine"),
        lambda tickets, reader, _at: tickets.unresolved().filter(assignee=reader),
        (_("Nothing is waiting for you. Nice."), _("New tickets come to you by themselves. “My teams” shows what others have.")),
    ),
    Tab(
        "teams",
        _("My teams"),
        _of_my_teams,
        (_("Your teams have nothing open."), _("What customers write to your teams appears here at once.")),
    ),
    Tab(
        "unassigned",
        _("Unassigned"),
        lambda tickets, _reader, _at: tickets.unassigned() | tickets.reserved(),
        (_("Every ticket has somebody."), _("Here is what nobody has yet, or what waits for a shift to begin.")),
    ),
    Tab(
        "at_risk",
        _("At risk"),
        lambda tickets, _reader, at: tickets.at_risk(at),
        (_("No promise is at risk."), _("A ticket appears here when most of its time is used, before it is late.")),
    ),
    Tab(
        "breached",
        _("Breached"),
        lambda tickets, _reader, _at: tickets.breached(),
        (_("No promise is broken."), _("Open tickets that missed a deadline stay here until they are resolved.")),
    ),
    Tab(
        "waiting",
        _("Waiting"),
        lambda tickets, _reader, _at: tickets.filter(status=Status.PENDING_CUSTOMER),
        (_("No customer owes you an answer."), _("“Send and wait for customer” puts a ticket here; their answer brings it back.")),
        is_by_deadline=False,
    ),
    Tab(
        "all",
        _("All"),
        lambda tickets, _reader, _at: tickets,
        (_("No tickets yet."), _("They appear here as soon as somebody writes.")),
        is_by_deadline=False,
    ),
)  # fmt: skip
_BY_SLUG = {tab.slug: tab for tab in TABS}


def tab_of(slug: str | None) -> Tab:
    """The tab with that name; the first one when there is none."""
    return _BY_SLUG.get(slug or "", TABS[0])


def desk_of(reader: User) -> TicketQuerySet:
    """The tickets on which the reader works. One query at once, so that PostgreSQL knows how many to expect."""
    return Ticket.objects.visible_to(reader).worked_by(reader)


def counts(reader: User, *, at: datetime, tickets: TicketQuerySet | None = None) -> dict[str, int]:
    """How many tickets each tab has, up to one more than `MOST_COUNTED`. "All" is not counted: it only grows."""
    desk = desk_of(reader) if tickets is None else tickets
    counted = [tab for tab in TABS if tab.slug != "all"]
    pieces, values = [], []
    for tab in counted:
        few = tab.narrow(desk, reader, at).order_by().values("pk")[: MOST_COUNTED + 1]
        # Somebody without teams has a tab that is surely empty: its statement is written out all the same.
        sql, parameters = few.query.get_compiler(connection=connection, elide_empty=False).as_sql()
        pieces.append(f"(SELECT count(*) FROM ({sql}) AS few)")  # noqa: S608 - Django's own statement
        values += parameters
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(pieces)}", values)
        return dict(zip((tab.slug for tab in counted), cursor.fetchone(), strict=True))


def said(count: int) -> str:
    """ "17", or "1,000+" for more than anybody counts."""
    if count > MOST_COUNTED:
        return number_format(MOST_COUNTED, force_grouping=True) + "+"
    return number_format(count, force_grouping=True)
