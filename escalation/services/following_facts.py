"""What each fact means for the clocks of its ticket and for the levels that wait for them."""

from collections.abc import Callable, Sequence

from django.db.models import Q

from escalation.matching import Facts, facts_of, terms_for
from escalation.models import Anchor, Clock, Metric
from escalation.models.clock import BreachCause
from escalation.models.sla import ReopenRule
from escalation.services.clocking import (
    cancel_clock,
    new_clocks,
    pause_clock,
    resume_clock,
    retarget_clock,
    revive_clock,
    start_clocks,
    stop_clock,
    take_terms,
)
from escalation.services.promising import show_first_promises, show_promises
from escalation.services.scheduling import (
    drop_anchored,
    drop_timers,
    schedule_anchored,
    schedule_for_clocks,
    start_with_timers,
)
from tickets.events import Cause, EventKind
from tickets.lifecycle import ACTIONABLE, Status
from tickets.models import Ticket, TicketEvent

RESPONSES = (Metric.FIRST_RESPONSE, Metric.NEXT_RESPONSE)
# What the system did by itself never moves a deadline.
_OWN_ACTS = frozenset({Cause.ESCALATION, Cause.AUTOMATION})
Handler = Callable[[Ticket, TicketEvent], None]


def concerns_clocks(event: TicketEvent) -> bool:
    """Whether `follow` has anything to do. What is not concerned costs no query."""
    if event.kind == EventKind.ASSIGNED and not _ends_waiting(event):
        return False
    return event.kind in _HANDLERS or _left(event, Status.PENDING_CUSTOMER) or _is_human_update(event)


def follow(ticket: Ticket, event: TicketEvent) -> None:
    """Move the clocks and timers of a locked ticket as this fact demands."""
    handler = _HANDLERS.get(event.kind)
    if handler is None and _left(event, Status.PENDING_CUSTOMER):
        handler = _go_on
    if handler is not None:
        handler(ticket, event)
    if handler not in (None, _opened, _assigned, _unassigned):
        show_promises([ticket])
    anchors = [Anchor.OPENED] if event.kind == EventKind.OPENED else []
    if _is_human_update(event) and ticket.status in ACTIONABLE:
        anchors.append(Anchor.LAST_UPDATE)
    schedule_anchored(ticket, anchors, event)


def _opened(ticket: Ticket, event: TicketEvent) -> None:
    """A ticket that staff opened with words of their own has its first response already."""
    facts = facts_of(ticket)
    terms = terms_for(ticket, facts)
    metrics = [Metric.RESOLUTION] if event.data["by_staff"] else [Metric.FIRST_RESPONSE, Metric.RESOLUTION]
    clocks = new_clocks(ticket, terms, list(map(str, metrics)), at=event.at) if terms is not None else []
    start_with_timers(ticket, clocks, facts)
    show_first_promises(ticket, clocks)


def _replied(ticket: Ticket, event: TicketEvent) -> None:
    """Only a human agent's public words are a response, and only a person's words that ask something ask for one."""
    if event.data["automatic"] or event.data.get("thanks"):
        return
    if not event.data["by_staff"]:
        # Thanks for what is done ask for nothing.
        if not event.data.get("thanks"):
            _asked(ticket, event)
        return
    for clock in _clocks(ticket, *RESPONSES):
        stop_clock(clock, at=event.at)
        drop_timers(clock)


def _asked(ticket: Ticket, event: TicketEvent) -> None:
    """After the first response each question begins a cycle of the next one; more words in it change nothing."""
    clocks = _clocks(ticket, *RESPONSES)
    cycles = [clock for clock in clocks if clock.metric == Metric.NEXT_RESPONSE]
    is_asked = any(clock.stopped_at is None or clock.started_at == event.at for clock in cycles)
    if is_asked or not _has_had_first_response(ticket, clocks, event):
        return
    facts = facts_of(ticket)
    terms = terms_for(ticket, facts)
    if terms is not None:
        begun = start_clocks(ticket, terms, [Metric.NEXT_RESPONSE], at=event.at, cycle=len(cycles) + 1)
        schedule_for_clocks(ticket, begun, facts)


def _has_had_first_response(ticket: Ticket, clocks: Sequence[Clock], event: TicketEvent) -> bool:
    """Whether it is owed no longer. Where none was promised, any words of a human agent were one."""
    first = [clock for clock in clocks if clock.metric == Metric.FIRST_RESPONSE]
    if first:
        return all(clock.stopped_at is not None for clock in first)
    said = Q(kind=EventKind.REPLIED, data__automatic=False) | Q(kind=EventKind.OPENED)
    return ticket.events.filter(said, seq__lt=event.seq, data__by_staff=True).exists()


def _pended(ticket: Ticket, event: TicketEvent) -> None:
    for clock in _clocks(ticket, Metric.RESOLUTION):
        pause_clock(clock, at=event.at)
        drop_timers(clock)
    drop_anchored(ticket)


def _go_on(ticket: Ticket, event: TicketEvent) -> None:
    """The resolution clock goes on; what was dropped while everything stood still waits again."""
    # Of several cycles only the last one can go on.
    clocks, facts = _clocks(ticket, Metric.RESOLUTION)[-1:], facts_of(ticket)
    is_reopened = event.kind == EventKind.REOPENED
    if is_reopened and event.cause != Cause.UNDO and clocks and clocks[0].policy.reopen_rule == ReopenRule.RESTART:
        clocks = _begun_anew(ticket, clocks[0], facts, event)
    else:
        changed = _changed_while_resolved(ticket, event) if is_reopened else None
        for clock in clocks:
            if changed is None:
                resume_clock(clock, at=event.at)
            elif take_terms(clock, terms_for(ticket, facts)):
                resume_clock(clock, at=event.at, cause=_breach_cause(changed), caused_by=changed)
    if event.cause == Cause.UNDO:
        clocks += _revived(ticket, event)
    schedule_for_clocks(ticket, clocks, facts)
    schedule_anchored(ticket, [Anchor.OPENED], ticket.events.get(kind=EventKind.OPENED))
    if ticket.assignee_id is None:
        _unassigned(ticket, event)


def _begun_anew(ticket: Ticket, last: Clock, facts: Facts, event: TicketEvent) -> list[Clock]:
    """Another cycle with the whole target, as the policy wants it; the one that ended stays as it ended."""
    terms = terms_for(ticket, facts)
    if terms is None or last.started_at == event.at:
        return []
    return start_clocks(ticket, terms, [Metric.RESOLUTION], at=event.at, cycle=last.cycle + 1)


def _revived(ticket: Ticket, event: TicketEvent) -> list[Clock]:
    """The promises of an answer that resolving had voided: it was taken back, and they are owed as before."""
    voided_at = event.caused_by.at if event.caused_by is not None else None
    clocks = [
        clock
        for clock in _clocks(ticket)
        if clock.state == Clock.State.CANCELLED and clock.stopped_at == voided_at and clock.metric != Metric.RESOLUTION
    ]
    for clock in clocks:
        revive_clock(clock, at=event.at)
    return clocks


def _resolved(ticket: Ticket, event: TicketEvent) -> None:
    """What was asked twice is resolved elsewhere: no promise about it was kept or broken here."""
    for clock in _clocks(ticket):
        if clock.metric == Metric.RESOLUTION and event.cause != Cause.DUPLICATE:
            stop_clock(clock, at=event.at)
        else:
            cancel_clock(clock, at=event.at)
        drop_timers(clock)
    drop_anchored(ticket)


def _retargeted(ticket: Ticket, event: TicketEvent) -> None:
    """The terms as they are now hold from the start on. What escalation itself raised keeps its deadline."""
    if event.cause in _OWN_ACTS:
        return
    facts = facts_of(ticket)
    terms = terms_for(ticket, facts)
    clocks = _clocks(ticket)
    for clock in clocks:
        retarget_clock(clock, terms, at=event.at, cause=_breach_cause(event), caused_by=event)
        drop_timers(clock)
    schedule_for_clocks(ticket, clocks, facts)


def _changed_while_resolved(ticket: Ticket, reopened: TicketEvent) -> TicketEvent | None:
    """What a person changed since the ticket was resolved. It left the promise that was kept alone, and counts now."""
    kinds = [EventKind.RESOLVED, EventKind.PRIORITY_CHANGED, EventKind.CATEGORY_CHANGED]
    for event in ticket.events.filter(kind__in=kinds, seq__lt=reopened.seq).order_by("-seq"):
        if event.kind == EventKind.RESOLVED:
            return None
        if event.cause not in _OWN_ACTS:
            return event
    return None


def _breach_cause(event: TicketEvent) -> BreachCause:
    is_priority = event.kind == EventKind.PRIORITY_CHANGED
    return BreachCause.PRIORITY_CHANGED if is_priority else BreachCause.POLICY_CHANGED


def _unassigned(ticket: Ticket, event: TicketEvent) -> None:
    if ticket.status in ACTIONABLE:
        schedule_anchored(ticket, [Anchor.UNASSIGNED], event)


def _assigned(ticket: Ticket, _event: TicketEvent) -> None:
    drop_anchored(ticket, [Anchor.UNASSIGNED])


_HANDLERS: dict[str, Handler] = {
    EventKind.OPENED: _opened,
    EventKind.REPLIED: _replied,
    EventKind.PENDED: _pended,
    EventKind.RESOLVED: _resolved,
    EventKind.REOPENED: _go_on,
    EventKind.PRIORITY_CHANGED: _retargeted,
    EventKind.CATEGORY_CHANGED: _retargeted,
    EventKind.UNASSIGNED: _unassigned,
    EventKind.HELD: _unassigned,
    EventKind.ASSIGNED: _assigned,
}

_HUMAN_UPDATES = frozenset(
    {
        EventKind.OPENED,
        EventKind.REPLIED,
        EventKind.NOTED,
        EventKind.STARTED,
        EventKind.RESUMED,
        EventKind.REOPENED,
    }
)


def _is_human_update(event: TicketEvent) -> bool:
    return event.actor_id is not None and event.kind in _HUMAN_UPDATES


def _ends_waiting(event: TicketEvent) -> bool:
    """Whether a ticket that had nobody has somebody now. One that was given to somebody on opening never waited."""
    on_opening = event.caused_by is not None and event.caused_by.kind == EventKind.OPENED
    return event.data["assignee"]["before"] is None and not on_opening


def _left(event: TicketEvent, status: Status) -> bool:
    """Whether this fact moved the ticket out of `status`."""
    return event.data.get("status", {}).get("before") == status


def _clocks(ticket: Ticket, *metrics: str) -> list[Clock]:
    """All of them, or those of some metrics."""
    clocks = Clock.objects.filter(ticket=ticket).select_related("calendar_version", "policy").order_by("pk")
    found = list(clocks.filter(metric__in=metrics) if metrics else clocks)
    for clock in found:
        # One object a ticket: what is recorded on it must continue the same history.
        clock.ticket = ticket
    return found
