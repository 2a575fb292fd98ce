"""What waits for nobody's shift and for nobody's quiet hours."""

from notifications.audience import Reason
from tickets.models import Priority, Ticket, TicketEvent

# From this level on an escalation is urgent.
URGENT_LEVEL = 3


def is_urgent(event: TicketEvent, ticket: Ticket, reason: str) -> bool:
    """Critical tickets and the highest level. A team's critical ticket wakes whoever has it, not everybody."""
    is_highest = event.data.get("level", 0) >= URGENT_LEVEL
    return is_highest or (ticket.priority == Priority.CRITICAL and reason != Reason.TEAM)
