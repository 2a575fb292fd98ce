"""A call becomes a ticket: opened for whoever asks, and taken or resolved by whoever answers, in one transaction."""

from datetime import datetime

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from teams.services.people import find_or_create_requester
from tickets.models import Category, Priority, Ticket
from tickets.permissions import may_work_on
from tickets.services.assigning import assign_ticket
from tickets.services.opening import open_ticket
from tickets.services.resolving import resolve_ticket


@in_transaction
def take_call(
    *,
    email: str,
    full_name: str,
    channel: str,
    title: str,
    description: str,
    category: Category | None,
    priority: Priority,
    by: User,
    takes: bool = False,
    resolves: bool = False,
    submission_key: str = "",
    at: datetime | None = None,
) -> Ticket:
    """Open a ticket in the caller's words. Whoever resolves it at once has it, wherever they work.

    A second call with the same `submission_key` returns the first call's ticket as it is now.
    """
    at = at or now()
    ticket = open_ticket(
        title=title,
        description=description,
        requester=find_or_create_requester(email, full_name=full_name),
        by=by,
        channel=channel,
        category=category,
        priority=priority,
        submission_key=submission_key,
        at=at,
    )
    is_new = ticket.opened_at == at
    if is_new and (takes or resolves):
        ticket = _taken(ticket, by=by, at=at, must=takes)
    if is_new and resolves:
        ticket = resolve_ticket(ticket, by=by, at=at)
    return ticket


def _taken(ticket: Ticket, *, by: User, at: datetime, must: bool) -> Ticket:
    if not must and not by.memberships.filter(team__is_active=True).exists():
        # An administrator answers now and then and belongs to no team: they resolve what stays with its person.
        return ticket
    # Before it is theirs, the system has to give it to somebody who does not work on it.
    giver = by if may_work_on(by, ticket) else None
    return assign_ticket(ticket, to=by, by=giver, at=at)
