"""A ticket goes to another team, whatever the rules say."""

from datetime import datetime

from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import Team, User
from tickets.events import Cause, EventKind, record
from tickets.models import Ticket, TicketEvent
from tickets.permissions import check_staff
from tickets.services.assigning import assign_automatically


@in_transaction
def move_to_team(
    ticket: Ticket,
    *,
    team: Team,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Whoever has it and belongs there keeps it, else the team finds somebody. In the same team nothing changes."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.team_id == team.pk:
        return ticket
    at = at or now()
    before, ticket.team = ticket.team_id, team
    ticket.save(update_fields=["team"])
    data = {"team": {"before": before, "after": team.pk}, "why": "moved"}
    routed = record(ticket, EventKind.ROUTED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)
    members = team.memberships.filter(user__is_active=True, user__is_staff=True)
    if ticket.assignee_id is not None and members.filter(user=ticket.assignee_id).exists():
        return ticket
    return assign_automatically(ticket, by=by, cause=cause, caused_by=routed, at=at)
