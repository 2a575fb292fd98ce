"""Work begins, waits for the customer, and goes on."""

from datetime import datetime
from typing import Any

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status, check_move
from tickets.models import Message, Ticket, TicketEvent
from tickets.permissions import check_staff
from tickets.services.assigning import assign_automatically, assign_ticket, lock_candidates
from tickets.services.loads import Share, move_load, share_of


@in_transaction
def start_work(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """The assignee begins; whoever starts a ticket that nobody has gets it. One in progress stays as it is."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.status == Status.IN_PROGRESS:
        return ticket
    check_move(ticket.status, Status.IN_PROGRESS)
    at = at or now()
    if ticket.assignee_id is None and by is not None:
        ticket = assign_ticket(ticket, to=by, by=by, at=at)
    begin(ticket, by=by, at=at)
    return ticket


@in_transaction
def wait_for_customer(
    ticket: Ticket,
    *,
    by: User | None,
    reason: str = "",
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Wait until the customer writes. A reason is kept as an internal note."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.status != Status.PENDING_CUSTOMER:
        check_move(ticket.status, Status.PENDING_CUSTOMER)
        at = at or now()
        note = _note(ticket, reason, by=by, at=at) if reason.strip() else None
        pend(ticket, by=by, at=at, reason=note, cause=cause, caused_by=caused_by)
    return ticket


@in_transaction
def resume(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """Stop waiting for the customer. Resuming a ticket that does not wait changes nothing."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.status == Status.PENDING_CUSTOMER:
        go_on(ticket, by=by, at=at or now())
    return ticket


def begin(ticket: Ticket, *, by: User | None, at: datetime, caused_by: TicketEvent | None = None) -> TicketEvent:
    """A locked ticket is being worked on. Whoever starts before their reservation does has it from now on."""
    ticket.assignment_starts_at = ticket.next_assignment_at = None
    return move(ticket, Status.IN_PROGRESS, EventKind.STARTED, by=by, at=at, caused_by=caused_by)


def pend(
    ticket: Ticket,
    *,
    by: User | None,
    at: datetime,
    reason: Message | None = None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
) -> TicketEvent:
    data = {"reason": None if reason is None else reason.pk}
    return move(
        ticket, Status.PENDING_CUSTOMER, EventKind.PENDED, by=by, at=at, cause=cause, caused_by=caused_by, data=data
    )


def go_on(ticket: Ticket, *, by: User | None, at: datetime, message: Message | None = None) -> TicketEvent:
    """A locked, waiting ticket goes on with the agent who has it; without one it looks for somebody."""
    return return_to_work(ticket, EventKind.RESUMED, by=by, at=at, message=message)


def return_to_work(
    ticket: Ticket,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    message: Message | None = None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
) -> TicketEvent:
    """Back to its agent in progress, or, when that agent is gone, open and given to somebody else."""
    data = {"message": None if message is None else message.pk}
    if ticket.assignee is not None and ticket.assignee.is_active and ticket.assignee.is_staff:
        return move(ticket, Status.IN_PROGRESS, kind, by=by, at=at, cause=cause, caused_by=caused_by, data=data)
    lock_candidates(ticket, at=at)
    share = share_of(ticket)
    ticket.assignee, ticket.assigned_at, ticket.assignment_starts_at = None, None, None
    event = move(ticket, Status.OPEN, kind, by=by, at=at, cause=cause, caused_by=caused_by, data=data, share=share)
    assign_automatically(ticket, by=None, cause=Cause.ASSIGNMENT, caused_by=event, at=at)
    return event


def move(
    ticket: Ticket,
    target: Status,
    kind: str,
    *,
    by: User | None,
    at: datetime,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    data: dict[str, Any] | None = None,
    share: Share | None = None,
) -> TicketEvent:
    """Move a locked ticket to another status: columns, the load of whoever has it, one event."""
    before, share = ticket.status, share or share_of(ticket)
    check_move(before, target)
    ticket.status = target
    ticket.save(update_fields=_MOVED_COLUMNS)
    move_load(share, ticket)
    data = (data or {}) | {"status": {"before": before, "after": str(target)}}
    return record(ticket, kind, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)


_MOVED_COLUMNS = [
    "status", "assignee", "assigned_at", "assignment_starts_at", "next_assignment_at", "resolved_at", "closes_at",
    "closed_at",
]  # fmt: skip


def _note(ticket: Ticket, body: str, *, by: User | None, at: datetime) -> Message:
    return Message.objects.create(
        ticket=ticket, author=by, body=body, is_internal=True, is_from_staff=True, channel=ticket.channel, sent_at=at
    )
