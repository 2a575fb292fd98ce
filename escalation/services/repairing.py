"""Clocks that could not be moved are made good from history: from the first missed fact on, each is followed again."""

from datetime import datetime

import structlog
from django.db import transaction

from escalation.models import ClockRepair
from escalation.services.following_facts import follow
from tickets.models import Ticket

log = structlog.get_logger(__name__)


def repair_missing_clocks(*, as_of: datetime, limit: int = 100) -> int:
    """The sweep over what the listener had to leave. Returns how many tickets were made good.

    A ticket that fails again stays on the list with its error and its number of attempts.
    """
    repaired = 0
    for repair in list(ClockRepair.objects.order_by("attempts", "pk")[:limit]):
        try:
            with transaction.atomic():
                ticket = Ticket.objects.filter(pk=repair.ticket_id).select_for_update(no_key=True, skip_locked=True)
                if locked := ticket.first():
                    _follow_again(locked, from_seq=repair.from_seq)
                    repair.delete()
                    repaired += 1
        except Exception as error:
            log.error("clocks.repair_failed", ticket_id=repair.ticket_id, exc_info=error)
            ClockRepair.objects.filter(pk=repair.pk).update(
                attempts=repair.attempts + 1, last_error=f"{type(error).__name__}: {error}"[:500], failed_at=as_of
            )
    return repaired


def _follow_again(ticket: Ticket, *, from_seq: int) -> None:
    """Following a fact a second time changes nothing: a clock is paused, resumed and stopped at most once by it."""
    for event in ticket.events.filter(seq__gte=from_seq).order_by("seq"):
        follow(ticket, event)
