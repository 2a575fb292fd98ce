"""The sweep over clocks: finds by index what is due, claims its tickets, and marks it set-based.

A breach is at its deadline, never at the time of the sweep. A warning that was found only after the breach is not
recorded: it would warn of what has happened.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.functions import Now

from escalation.kinds import SLA_BREACHED, SLA_WARNED
from escalation.models import Clock
from escalation.models.clock import BreachCause, ClockState
from escalation.services.clocking import late_cause
from escalation.services.promising import show_promises
from tickets.events import Cause, Fact, record_many
from tickets.models import Ticket

log = structlog.get_logger(__name__)

BATCH = 500


def sweep_clocks(*, as_of: datetime, limit: int = 5000) -> int:
    """Mark what is due at `as_of`, breaches before warnings. Returns how many clocks were marked."""
    breached = _sweep(Clock.objects.to_breach(as_of), mark_breached, limit=limit)
    return breached + _sweep(Clock.objects.to_warn(as_of), mark_warned, limit=limit)


def mark_breached(clocks: Sequence[Clock]) -> None:
    """Breach running clocks of locked tickets, each at its own deadline. Six statements, whatever their number."""
    for clock in clocks:
        clock.breach_cause = late_cause(clock.ticket)
    unassigned = [clock.pk for clock in clocks if clock.breach_cause == BreachCause.NOBODY_AVAILABLE]
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(
        state=ClockState.BREACHED,
        breached_at=F("due_at"),
        found_at=Now(),
        breach_cause=Case(
            When(pk__in=unassigned, then=Value(str(BreachCause.NOBODY_AVAILABLE))),
            default=Value(str(BreachCause.LATE)),
        ),
    )
    show_promises([clock.ticket for clock in clocks])
    record_many(
        [
            Fact(
                clock.ticket,
                SLA_BREACHED,
                cause=Cause.TIME,
                at=clock.due_at,
                data={"clock": clock.pk, "metric": clock.metric, "cause": str(clock.breach_cause)},
            )
            for clock in clocks
        ]
    )


def mark_warned(clocks: Sequence[Clock]) -> None:
    """Warn of running clocks of locked tickets, once each."""
    Clock.objects.filter(pk__in=[clock.pk for clock in clocks]).update(warned_at=F("warning_at"))
    record_many(
        [
            Fact(
                clock.ticket,
                SLA_WARNED,
                cause=Cause.TIME,
                at=clock.warning_at,
                data={"clock": clock.pk, "metric": clock.metric},
            )
            for clock in clocks
        ]
    )


def _sweep(due: QuerySet[Clock], mark: Callable[[Sequence[Clock]], None], *, limit: int) -> int:
    """Find without locks, then batch by batch. What another sweep holds is left to it."""
    found = list(due.values_list("pk", flat=True)[:limit])
    return sum(_mark(due, mark, found[start : start + BATCH]) for start in range(0, len(found), BATCH))


def _mark(due: QuerySet[Clock], mark: Callable[[Sequence[Clock]], None], ids: list[int]) -> int:
    """One transaction a batch; on an error halved until the poisoned row is alone, and that one is stepped over."""
    try:
        with transaction.atomic():
            claimed = _claim(due, ids)
            if claimed:
                mark(claimed)
            return len(claimed)
    except Exception as error:
        if len(ids) == 1:
            log.error("sweep.clock_failed", clock_id=ids[0], exc_info=error)
            return 0
        middle = len(ids) // 2
        return _mark(due, mark, ids[:middle]) + _mark(due, mark, ids[middle:])


def _claim(due: QuerySet[Clock], ids: list[int]) -> list[Clock]:
    """Lock the tickets by ascending id, skipping those that others hold, then look again at their clocks.

    Both with what is needed to record it: a thousand whole rows take a third of the sweep's time.
    """
    tickets = {
        ticket.pk: ticket
        for ticket in Ticket.objects.filter(clocks__pk__in=ids)
        .order_by("pk")
        .only("assignee", "version", "updated_at", "last_event_hash")
        .select_for_update(no_key=True, skip_locked=True, of=("self",))
    }
    clocks = list(due.filter(pk__in=ids, ticket__in=tickets).only("ticket", "metric", "due_at", "warning_at"))
    for clock in clocks:
        clock.ticket = tickets[clock.ticket_id]
    return clocks
