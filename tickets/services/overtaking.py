"""When two people write at once: a reply is held back only for what another human did that could change its words."""

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from teams.models import User
from tickets.events import EventKind
from tickets.models import Ticket, TicketEvent

# Tags, sweeps and clocks never stop a reply.
_OVERTAKING = (
    EventKind.REPLIED,
    EventKind.NOTED,
    EventKind.ASSIGNED,
    EventKind.UNASSIGNED,
    EventKind.PENDED,
    EventKind.RESOLVED,
)


class Overtaken(DomainError):
    code = "overtaken"
    status = 409


def check_not_overtaken(ticket: Ticket, *, by: User, seen_version: int | None) -> None:
    """Raises Overtaken, naming what happened since the page was loaded. One query, none without a version."""
    if seen_version is None or seen_version >= ticket.version:
        return
    kinds = list(overtaking_events(ticket, by=by, seen_version=seen_version).values_list("kind", flat=True))
    if kinds:
        raise Overtaken(
            _(
                "Somebody else was faster: the ticket has changed since you opened it. Read what is new, then send again."
            ),
            version=ticket.version,
            since=kinds,
        )


def overtaking_events(ticket: Ticket, *, by: User, seen_version: int) -> "QuerySet[TicketEvent]":
    """What another human did since `seen_version` that could change the words of a reply, oldest first."""
    since = ticket.events.filter(seq__gt=seen_version, kind__in=_OVERTAKING, actor__isnull=False)
    return since.exclude(actor=by).order_by("seq")
