"""What a ticket is about. Another category may mean another team, and then another person."""

from datetime import datetime

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status, check_move
from tickets.models import Category, Ticket
from tickets.permissions import check_staff
from tickets.services.assigning import route_ticket
from tickets.services.routing import route_for


@in_transaction
def change_category(ticket: Ticket, *, to: Category | None, by: User | None, at: datetime | None = None) -> Ticket:
    """Set the category. An unresolved ticket whose rules now name another team goes there, and to a person there."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.category == to:
        return ticket
    if ticket.status == Status.CLOSED:
        check_move(ticket.status, ticket.status)
    at = at or now()
    before, ticket.category = ticket.category, to
    ticket.save(update_fields=["category"])
    data = {"category": {"before": before.slug if before else None, "after": to.slug if to else None}}
    event = record(ticket, EventKind.CATEGORY_CHANGED, actor=by, at=at, data=data)
    if ticket.is_unresolved:
        route = route_for(category=to, priority=ticket.priority, organisation=ticket.organisation)
        if route.team.pk != ticket.team_id:
            ticket = route_ticket(ticket, by=None, cause=Cause.ASSIGNMENT, caused_by=event, at=at)
    return ticket
