"""Whom a fact is told, as `notifications.services.telling` would; what goes out by mail has gone out long ago."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from escalation.kinds import ESCALATION_RAISED
from helpdesk.demo.playing.facts import Desk
from helpdesk.demo.playing.performance import Performance
from helpdesk.demo.playing.rows import Rows
from notifications.audience import Situation, chosen
from notifications.kinds import BY_EVENT
from notifications.models import Notification
from teams.models import User
from tickets.models import Ticket, TicketEvent

# Read within this time; the latest are still news.
READ_AFTER = timedelta(minutes=50)


def tell(play: Performance, events: Sequence[TicketEvent], desk: Desk, rows: Rows) -> None:
    """The people as they are when the act is done: so the relay finds them."""
    for event in events:
        if event.kind not in BY_EVENT:
            continue
        situation = _situation(play, event, events, desk)
        for kind in BY_EVENT[event.kind]:
            for told in chosen(situation, kind.audience(situation)):
                rows.add(
                    Notification(
                        event=event,
                        ticket=play.ticket,
                        kind=kind.slug,
                        recipient=told.user,
                        reason=told.reason,
                        created_at=event.at,
                        read_at=event.at + READ_AFTER,
                    )
                )


def leave_unread(notifications: Sequence[Notification], *, as_of: datetime) -> None:
    """What was told just now, and answers that a customer has not answered."""
    for each in notifications:
        ticket = each.ticket
        asked_at = ticket.last_customer_message_at
        waits = each.recipient_id == ticket.requester_id and ticket.is_unresolved
        if as_of < each.created_at + READ_AFTER or (waits and asked_at is not None and asked_at < each.created_at):
            each.read_at = None


def _situation(play: Performance, event: TicketEvent, act: Sequence[TicketEvent], desk: Desk) -> Situation:
    ticket = play.ticket
    roles = event.data["audience"] if event.kind == ESCALATION_RAISED else ()
    return Situation(
        event=event,
        members=desk.members[ticket.team_id],
        leads=desk.leads[ticket.team_id],
        watchers=sorted(play.watchers, key=lambda user: user.pk),
        named={role: people_in(ticket, role, desk) for role in roles},
        companions=frozenset(
            other.kind
            for other in act
            if (other.actor_id, other.at) == (event.actor_id, event.at) and other.seq < event.seq
        ),
    )


def people_in(ticket: Ticket, role: str, desk: Desk) -> list[User]:
    """The roles that the demo's levels name; see `escalation.audience`."""
    match role:
        case "assignee":
            return [desk.people[ticket.assignee_id]] if ticket.assignee_id else []
        case "lead":
            return desk.leads[ticket.team_id]
        case "leads_lead":
            return desk.leads[desk.general.pk]
        case "team":
            return desk.members[ticket.team_id]
    return []
