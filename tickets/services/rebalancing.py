"""Where a team wants it: a ticket that nobody has touched goes to the next agent, at most twice, then to a lead."""

from datetime import datetime, timedelta

from tickets.assignment.waiting import half_used_at
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent
from tickets.services.assigning import assign_automatically
from tickets.services.sweeping import sweep_tickets

LEAST_WAIT = timedelta(minutes=30)
MOST_MOVES = 2


def rebalance_untouched(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep over assigned tickets without a first response. Returns how many were looked at."""
    waiting = Ticket.objects.filter(
        status=Status.ASSIGNED,
        assignment_starts_at=None,
        first_responded_at=None,
        first_response_due_at__gt=as_of,
        team__rebalances_untouched=True,
        assigned_at__lte=as_of - LEAST_WAIT,
    ).select_related("team__calendar")
    return sweep_tickets(
        waiting.order_by("assigned_at"), lambda ticket: _move_on(ticket, as_of), limit=limit, name="rebalance"
    )


def _move_on(ticket: Ticket, at: datetime) -> None:
    due = ticket.first_response_due_at
    if due is None or ticket.assigned_at is None or ticket.assignee_id is None:
        return
    if at < half_used_at(max(ticket.opened_at, ticket.assigned_at), due, ticket.team.working_calendar()):
        return
    moves = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.ASSIGNED, cause=Cause.UNTOUCHED)
    had_it = [data["assignee"]["before"] for data in moves.values_list("data", flat=True)]
    if len(had_it) > MOST_MOVES:
        return
    assign_automatically(
        ticket,
        by=None,
        cause=Cause.UNTOUCHED,
        at=at,
        # Nobody gets it twice: a ticket that comes back has helped no one.
        excluded={ticket.assignee_id, *had_it},
        wants_lead=len(had_it) == MOST_MOVES,
        may_stay=True,
    )
