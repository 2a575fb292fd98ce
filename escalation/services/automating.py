"""Automations: what happened makes a timer, a sweep looks at it, and if all still holds they act, once an event.

They never go round in a circle: one that caused an event does not answer to it, and none acts on a ticket too often.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Min, Q, QuerySet

from escalation.conditions import failed_condition
from escalation.kinds import AUTOMATION_RAN, SLA_BREACHED, SLA_WARNED
from escalation.matching import facts_of
from escalation.models import Automation, AutomationRun, AutomationTimer, ClockRepair, Happening
from escalation.services.acting import act, audience_of
from helpdesk.core.configuration import held_versions
from teams.everybody import set_up
from teams.working_time import InvalidCalendar, NeverOpen
from tickets.events import MAX_DEPTH, Cause, EventKind, record
from tickets.models import Ticket, TicketEvent
from tickets.services.sweeping import sweep_tickets
from tickets.services.undoing import UNDO_SECONDS
from tickets.wake_up import wake_after_commit

Outcome = AutomationRun.Outcome
# More often than this within an hour on one ticket is a circle, whatever its events say.
MOST_AN_HOUR = 10

_BY_EVENT: dict[str, str] = {
    EventKind.OPENED: Happening.OPENED,
    EventKind.NOTED: Happening.NOTED,
    EventKind.ASSIGNED: Happening.ASSIGNED,
    EventKind.UNASSIGNED: Happening.UNASSIGNED,
    EventKind.PENDED: Happening.PENDED,
    EventKind.RESOLVED: Happening.RESOLVED,
    EventKind.REOPENED: Happening.REOPENED,
    EventKind.PRIORITY_CHANGED: Happening.PRIORITY_CHANGED,
    EventKind.CATEGORY_CHANGED: Happening.CATEGORY_CHANGED,
    EventKind.TAGGED: Happening.TAGGED,
    SLA_WARNED: Happening.WARNED,
    SLA_BREACHED: Happening.BREACHED,
}
# After any of these, what was to happen some time after an event happens no more.
_ENDS_WAITING = Q(kind__in=[EventKind.REPLIED, EventKind.RESOLVED, EventKind.CLOSED, EventKind.REOPENED]) | Q(
    data__has_key="status"
)


def happening_of(event: TicketEvent) -> str | None:
    """What an event is to automations. What a machine wrote is nothing, nor what takes something back."""
    if event.cause == Cause.UNDO:
        return None
    if event.kind == EventKind.REPLIED:
        if event.data["automatic"]:
            return None
        return Happening.STAFF_WROTE if event.data["by_staff"] else Happening.CUSTOMER_WROTE
    if event.kind == EventKind.ASSIGNED and event.data.get("starts_at"):
        # Only reserved: the event comes again when the shift begins.
        return None
    return _BY_EVENT.get(event.kind)


def like(happening: str) -> Q:
    """`happening_of` for the database. It may find more than that takes for the happening, never less."""
    if happening in (Happening.CUSTOMER_WROTE, Happening.STAFF_WROTE):
        by_staff = happening == Happening.STAFF_WROTE
        return Q(kind=EventKind.REPLIED, data__automatic=False, data__by_staff=by_staff)
    return Q(kind__in=[kind for kind, each in _BY_EVENT.items() if each == happening]) & ~Q(cause=Cause.UNDO)


def wait_for(events: Sequence[TicketEvent]) -> int:
    """Make a timer for every automation that an event concerns. Again, it makes none. Four queries, one without any."""
    automations: dict[str, list[Automation]] = {}
    for automation in Automation.objects.active():
        automations.setdefault(automation.happening, []).append(automation)
    timers = _timers(automations, events) if automations else []
    if timers:
        ran = AutomationRun.objects.filter(event__in={timer.event_id for timer in timers})
        known = set(ran.values_list("automation_id", "event_id"))
        timers = [timer for timer in timers if (timer.automation_id, timer.event_id) not in known]
        AutomationTimer.objects.bulk_create(timers, ignore_conflicts=True)
        wake_after_commit("escalation.tasks.run_automations", queue="pulse")
    return len(timers)


def due_at(automation: Automation, event: TicketEvent) -> datetime | None:
    """Not before it is too late to undo the event. None when the team's hours never hold that much time, or are broken."""
    settled_at = event.at + timedelta(seconds=UNDO_SECONDS if _can_be_undone(event) else 0)
    if not automation.after_seconds:
        return settled_at
    if not automation.is_working_time:
        return max(settled_at, event.at + timedelta(seconds=automation.after_seconds))
    try:
        return max(settled_at, set_up().hours_of(event.ticket.team_id).add(event.at, automation.after_seconds))
    except (NeverOpen, InvalidCalendar):
        return None


def run_due_automations(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep, a transaction a ticket. Returns how many tickets had automations due."""
    due = AutomationTimer.objects.filter(due_at__lte=as_of).exclude(ticket__in=ClockRepair.objects.values("ticket"))
    waiting = due.values("ticket").annotate(first=Min("due_at"))
    longest_due = list(waiting.order_by("first").values_list("ticket", flat=True)[:limit])
    tickets = Ticket.objects.filter(pk__in=longest_due).order_by("pk")
    return sweep_tickets(tickets, lambda ticket: run_automations_of(ticket, as_of=as_of), limit=limit, name="automate")


def run_automations_of(ticket: Ticket, *, as_of: datetime) -> list[AutomationRun]:
    """Run what is due on a locked ticket, in the order of their positions."""
    timers = AutomationTimer.objects.filter(ticket=ticket, due_at__lte=as_of).select_related("automation", "event")
    runs = []
    for timer in list(timers.order_by("automation__position", "automation_id", "event_id")):
        timer.event.ticket = ticket
        due = due_at(timer.automation, timer.event) if _is_meant(timer) else None
        if due is not None and due > as_of:
            # Somebody has given it more time since.
            AutomationTimer.objects.filter(pk=timer.pk).update(due_at=due)
            continue
        run = _run(ticket, timer, as_of) if due is not None and still_holds(timer) else None
        runs += [run] if run is not None else []
        timer.delete()
    return runs


def still_holds(timer: AutomationTimer) -> bool:
    """For those that wait: nobody has written and no status has changed since."""
    if not timer.automation.after_seconds:
        return True
    since = ends_waiting().filter(ticket=timer.ticket_id, seq__gt=timer.event.seq, at__gt=timer.event.at)
    return not since.exists()


def ends_waiting() -> QuerySet[TicketEvent]:
    # What the helpdesk itself says ends no waiting: a reminder must not put off the next one.
    return TicketEvent.objects.filter(_ENDS_WAITING).exclude(kind=EventKind.REPLIED, data__automatic=True)


def _timers(automations: Mapping[str, Sequence[Automation]], events: Sequence[TicketEvent]) -> list[AutomationTimer]:
    timers = []
    with held_versions():
        for event in events:
            for automation in automations.get(happening_of(event) or "", ()):
                due = due_at(automation, event)
                if due is not None:
                    timers.append(
                        AutomationTimer(ticket_id=event.ticket_id, automation=automation, event=event, due_at=due)
                    )
    return timers


def _can_be_undone(event: TicketEvent) -> bool:
    """What the page offers to take back, see `tickets.services.undoing`."""
    if event.actor_id is None or event.cause != Cause.REQUEST:
        return False
    if event.kind == EventKind.ASSIGNED:
        return bool(event.data["rung"] == "manual")
    return event.kind in (EventKind.RESOLVED, EventKind.UNASSIGNED)


def _is_meant(timer: AutomationTimer) -> bool:
    """As the automation is now: it may have been switched off or changed since, and the event undone."""
    automation, event = timer.automation, timer.event
    if not automation.is_active or happening_of(event) != automation.happening:
        return False
    return not (_can_be_undone(event) and TicketEvent.objects.filter(caused_by=event, cause=Cause.UNDO).exists())


def _run(ticket: Ticket, timer: AutomationTimer, as_of: datetime) -> AutomationRun | None:
    automation = timer.automation
    failed = failed_condition(automation.conditions, facts_of(ticket))
    is_circle = _is_circle(ticket, timer, as_of)
    run, is_first = AutomationRun.objects.get_or_create(
        ticket=ticket,
        automation=automation,
        event=timer.event,
        defaults={
            "outcome": Outcome.SKIPPED if failed else Outcome.STOPPED if is_circle else Outcome.DONE,
            "failed_condition": failed or "",
            "due_at": timer.due_at,
            "ran_at": as_of,
        },
    )
    if not is_first:
        return None
    if run.outcome == Outcome.DONE:
        data = {"automation": automation.pk, "run": run.pk, "audience": audience_of(automation.actions)}
        ran = record(
            ticket, AUTOMATION_RAN, actor=None, cause=Cause.AUTOMATION, caused_by=timer.event, at=as_of, data=data
        )
        run.results = act(ticket, automation.actions, caused_by=ran, at=as_of)
        run.save(update_fields=["results"])
    return run


def _is_circle(ticket: Ticket, timer: AutomationTimer, as_of: datetime) -> bool:
    if any(event.data.get("automation") == timer.automation_id for event in _causes(timer.event)):
        return True
    lately = AutomationRun.objects.filter(
        ticket=ticket, automation=timer.automation_id, ran_at__gt=as_of - timedelta(hours=1), outcome=Outcome.DONE
    )
    return timer.event.depth >= MAX_DEPTH - 2 or lately.count() >= MOST_AN_HOUR


def _causes(event: TicketEvent) -> Iterator[TicketEvent]:
    """Of the event, and of what caused it: the runs of automations."""
    cause: TicketEvent | None = event
    while cause is not None:
        if cause.kind == AUTOMATION_RAN:
            yield cause
        cause = cause.caused_by
