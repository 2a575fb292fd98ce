"""Noting that an assignee has opened their ticket: from then on it is not untouched any more."""

from datetime import datetime

import structlog
from django.db import OperationalError, connection
from django.utils.timezone import now

from helpdesk.core.transactions import is_retryable
from teams.models import User
from tickets.models import Ticket

log = structlog.get_logger(__name__)

# The lock makes whoever moves the ticket and whoever opens it wait for each other: moved first, it is not theirs any more.
_NOTE = """
    INSERT INTO tickets_sighting (ticket_id, person_id, seen_at)
    SELECT id, assignee_id, greatest(%(at)s, assigned_at) FROM tickets_ticket
     WHERE id = %(ticket)s AND assignee_id = %(person)s AND assigned_at = %(assigned_at)s
       FOR SHARE
    ON CONFLICT (ticket_id, person_id) DO UPDATE SET seen_at = excluded.seen_at
     WHERE tickets_sighting.seen_at < %(assigned_at)s
"""

_KEEP = """
    UPDATE tickets_sighting SET seen_at = greatest(seen_at, %(given_at)s)
     WHERE ticket_id = %(ticket)s AND person_id = %(person)s AND seen_at >= %(since)s
"""


def note_sighting(ticket: Ticket, *, by: User, at: datetime | None = None) -> bool:
    """Remember that its assignee has opened a ticket of `with_sighting()`. Returns whether it was news.

    One statement, and none for anybody else or for what is noted already. Reading never fails because of it.
    """
    if ticket.assignee_id != by.pk or ticket.assigned_at is None or ticket.seen_at is not None:
        return False
    given_at = ticket.assigned_at
    try:
        with connection.cursor() as cursor:
            cursor.execute(_NOTE, {"at": at or now(), "ticket": ticket.pk, "person": by.pk, "assigned_at": given_at})
            return cursor.rowcount == 1
    except OperationalError as error:
        if not is_retryable(error):
            raise
        log.info("sighting.not_noted", ticket_id=ticket.pk)
        return False


def keep_sighting(ticket: Ticket, *, since: datetime) -> None:
    """This locked ticket was given once more to the person who has had it `since`: if they opened it, they still have."""
    given = {"ticket": ticket.pk, "person": ticket.assignee_id, "given_at": ticket.assigned_at, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, given)
