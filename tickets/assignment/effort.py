"""How much of an agent's capacity a ticket takes, in eighths of a unit, so that sums stay whole numbers."""

from tickets.lifecycle import ACTIONABLE, Status
from tickets.models.ticket import Priority

EIGHTHS = 8
_ACTIONABLE_EFFORT = {Priority.LOW: 4, Priority.MEDIUM: 8, Priority.HIGH: 16, Priority.CRITICAL: 24}


def effort_of(priority: int, status: str = Status.OPEN) -> int:
    """Critical 3 units, high 2, medium 1, low ½; a quarter of it while waiting for the customer; resolved nothing."""
    effort = _ACTIONABLE_EFFORT[Priority(priority)]
    if status in ACTIONABLE:
        return effort
    return effort // 4 if status == Status.PENDING_CUSTOMER else 0
