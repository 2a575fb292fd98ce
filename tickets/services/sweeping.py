"""How a sweep goes over tickets: each in a transaction of its own, claimed not assumed, a poisoned one stepped over."""

from collections.abc import Callable

import structlog
from django.db import transaction
from django.db.models import QuerySet

from tickets.models import Ticket

log = structlog.get_logger(__name__)


def sweep_tickets(due: QuerySet[Ticket], act: Callable[[Ticket], object], *, limit: int, name: str) -> int:
    """Call `act` with each ticket that is still due once it is locked. Returns how many went well.

    Rows that another sweep holds are left to it. A failure is logged with the ticket's id and stops nobody else.
    """
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        try:
            with transaction.atomic():
                ticket = due.filter(pk=pk).select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
                if ticket is not None:
                    act(ticket)
                    done += 1
        except Exception as error:
            log.error("sweep.ticket_failed", sweep=name, ticket_id=pk, exc_info=error)
    return done
