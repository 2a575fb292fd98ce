"""The end of a ticket: resolved, reopened while that is possible, closed for good."""

from datetime import datetime, timedelta

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status, check_move
from tickets.models import Message, Ticket, TicketEvent
from tickets.permissions import check_staff, check_staff_or_requester
from tickets.services.progressing import move, return_to_work
from tickets.services.sweeping import sweep_tickets


@in_transaction
def resolve_ticket(
    ticket: Ticket,
    *,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Mark the ticket resolved. Resolving a resolved ticket changes nothing and records nothing."""
    # Re-read under a lock: two agents may press the button in the same second.
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff_or_requester(ticket, by)
    if ticket.status != Status.RESOLVED:
        finish(ticket, by=by, at=at or now(), cause=cause, caused_by=caused_by)
    return ticket


@in_transaction
def reopen_ticket(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """Take a resolved ticket up again, with the same agent where they are still there. An unresolved one stays as it is."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff_or_requester(ticket, by)
    if not ticket.is_unresolved:
        check_move(ticket.status, Status.IN_PROGRESS)
        take_up_again(ticket, by=by, at=at or now())
    return ticket


@in_transaction
def close_ticket(
    ticket: Ticket,
    *,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Close a resolved ticket for good. Closing a closed one changes nothing."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.status != Status.CLOSED:
        check_move(ticket.status, Status.CLOSED)
        ticket.closed_at, ticket.closes_at = at or now(), None
        move(ticket, Status.CLOSED, EventKind.CLOSED, by=by, cause=cause, caused_by=caused_by, at=ticket.closed_at)
    return ticket


def close_resolved_tickets(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep: close what has stayed resolved for as long as its team allows. Returns how many were closed."""
    due = Ticket.objects.filter(status=Status.RESOLVED, closes_at__lte=as_of).order_by("closes_at")
    return sweep_tickets(
        due,
        lambda ticket: close_ticket(ticket, by=None, cause=Cause.TIME, at=as_of),
        limit=limit,
        name="close_resolved",
    )


def finish(
    ticket: Ticket,
    *,
    by: User | None,
    at: datetime,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
) -> TicketEvent:
    """Resolve a locked ticket."""
    check_move(ticket.status, Status.RESOLVED)
    ticket.resolved_at = at
    ticket.closes_at = at + timedelta(days=ticket.team.close_after_days)
    ticket.assignment_starts_at = ticket.next_assignment_at = None
    return move(ticket, Status.RESOLVED, EventKind.RESOLVED, by=by, at=at, cause=cause, caused_by=caused_by)


def take_up_again(
    ticket: Ticket,
    *,
    by: User | None,
    at: datetime,
    message: Message | None = None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
) -> TicketEvent:
    """Reopen a locked, resolved ticket."""
    ticket.resolved_at = ticket.closes_at = None
    return return_to_work(ticket, EventKind.REOPENED, by=by, at=at, message=message, cause=cause, caused_by=caused_by)
