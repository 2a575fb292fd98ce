"""Clocks that could not be moved are made good from history: from the first missed fact on, each is followed in order."""

from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import F

from escalation.models import ClockRepair
from escalation.models.repair import described
from escalation.services.following_facts import follow
from tickets.models import Ticket

log = structlog.get_logger(__name__)


def repair_missing_clocks(*, as_of: datetime, limit: int = 100) -> int:
    """The sweep over what the listener had to leave. Returns how many tickets were made good.

    A ticket that fails again stays on the list with its error and its number of attempts.
    """
    repaired = 0
    for ticket_id in list(ClockRepair.objects.order_by("attempts", "pk").values_list("ticket_id", flat=True)[:limit]):
        try:
            with transaction.atomic():
                repaired += _repair(ticket_id)
        except Exception as error:
            log.error("clocks.repair_failed", ticket_id=ticket_id, exc_info=error)
            ClockRepair.objects.filter(ticket_id=ticket_id).update(
                attempts=F("attempts") + 1, last_error=described(error), failed_at=as_of
            )
    return repaired


def _repair(ticket_id: int) -> bool:
    """False when somebody holds the ticket, or has repaired it in the meantime."""
    ticket = Ticket.objects.filter(pk=ticket_id).select_for_update(no_key=True, skip_locked=True).first()
    repair = ClockRepair.objects.filter(ticket=ticket).first() if ticket is not None else None
    if ticket is None or repair is None:
        return False
    for event in ticket.events.filter(seq__gte=repair.from_seq).order_by("seq"):
        follow(ticket, event)
    repair.delete()
    return True
