"""Today's policies and hours for tickets that run under older ones: asked for by somebody, previewed, ticket by ticket."""

from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from escalation.kinds import SLA_REAPPLIED
from escalation.matching import active_policies, facts_of, terms_for
from escalation.models import Clock, ClockRepair, SlaPolicy
from escalation.pauses import Period, pauses_of
from escalation.services.clocking import OPEN_STATES, calendar_for, reapply_clock, running_of, settle, under
from escalation.services.promising import show_promises
from escalation.services.scheduling import drop_timers, schedule_for_clocks
from helpdesk.core.jobs import Progress, job
from helpdesk.core.models import Job
from teams.models import Calendar, CalendarVersion, User
from tickets.events import record
from tickets.models import Ticket

PREVIEW, REAPPLY = "escalation.preview_reapplying", "escalation.reapply"
BATCH = 200
# So many tickets are shown by name; the rest is counted.
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one open clock: its deadline before and after, None while it waits or when nothing is promised."""

    clock: Clock
    before: datetime | None
    after: datetime | None
    effect: str  # "same", "earlier", "later", "breaches", "cancelled"
    is_under_another: bool


@transaction.atomic
def reapply_to(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """Retarget the open clocks of one ticket. When nothing changes, nothing is recorded."""
    ticket = Ticket.objects.lock(ticket.pk)
    if not ticket.is_unresolved or ClockRepair.objects.filter(ticket=ticket).exists():
        return ticket
    at = at or now()
    clocks, pauses = _open_clocks(ticket), pauses_of(ticket, as_of=at)
    for clock in clocks:
        settle(clock, at=at)
    changes = changes_of(ticket, clocks, pauses, active_policies(), _Versions(), at=at)
    if not any(change.effect != "same" or change.is_under_another for change in changes):
        return ticket
    facts = facts_of(ticket)
    terms = terms_for(ticket, facts)
    version = calendar_for(ticket, terms).current_version() if terms is not None else None
    data = {"clocks": [change.clock.pk for change in changes], "policy": terms.policy.pk if terms is not None else None}
    event = record(ticket, SLA_REAPPLIED, actor=by, at=at, data=data)
    for clock in clocks:
        reapply_clock(clock, terms, version, pauses, at=at, caused_by=event)
        drop_timers(clock)
    schedule_for_clocks(ticket, clocks, facts)
    show_promises([ticket])
    return ticket


def changes_of(
    ticket: Ticket,
    clocks: Sequence[Clock],
    pauses: Sequence[Period],
    policies: Sequence[SlaPolicy],
    versions: "_Versions",
    *,
    at: datetime,
) -> list[Change]:
    """What re-applying would do to each open clock. Works on copies."""
    terms = terms_for(ticket, facts_of(ticket), policies)
    version = versions.of(calendar_for(ticket, terms)) if terms is not None else None
    found = []
    for clock in clocks:
        if clock.state not in OPEN_STATES:
            continue
        changed = copy(clock)
        if version is None or not under(changed, terms, version, pauses):
            found.append(Change(changed, clock.due_at, None, "cancelled", is_under_another=True))
            continue
        is_under_another = _is_under_another(clock, changed)
        running = running_of(changed)
        due = None if clock.paused_at else running.reaches(changed.target_seconds)
        if running.elapsed(at, paused_at=clock.paused_at) >= changed.target_seconds:
            effect = "breaches"
        else:
            effect = _effect(clock, changed, due)
        found.append(Change(changed, clock.due_at, due, effect, is_under_another))
    return found


@job(PREVIEW)
def preview(row: Job, progress: Progress) -> dict[str, Any]:
    """Counts by effect, and the first tickets that would change. Writes nothing."""
    effects: Counter[str] = Counter()
    shown: list[dict[str, Any]] = []
    at, policies, versions = now(), active_policies(), _Versions()
    for ticket, done, total in _running_tickets(row):
        for change in changes_of(ticket, _open_clocks(ticket), pauses_of(ticket, as_of=at), policies, versions, at=at):
            effects[change.effect] += 1
            if change.effect != "same" and len(shown) < SHOWN:
                shown.append(_shown(ticket, change))
        progress(done, total)
    return {"effects": dict(effects), "shown": shown}


@job(REAPPLY)
def reapply(row: Job, progress: Progress) -> dict[str, Any]:
    """Each ticket in a transaction of its own; done again after a crash, it changes nothing twice."""
    by = User.objects.filter(pk=int(row.started_by_id)).first() if row.started_by_id else None
    changed = 0
    for ticket, done, total in _running_tickets(row):
        changed += reapply_to(ticket, by=by).version > ticket.version
        progress(done, total, {"after": ticket.pk})
    return {"changed": changed}


class _Versions:
    """Today's version of each calendar, looked up once a run."""

    def __init__(self) -> None:
        self._known: dict[int, CalendarVersion] = {}

    def of(self, calendar: Calendar) -> CalendarVersion:
        if calendar.pk not in self._known:
            self._known[calendar.pk] = CalendarVersion(calendar=calendar, definition=calendar.definition())
        return self._known[calendar.pk]


def _running_tickets(row: Job) -> Iterator[tuple[Ticket, int, int]]:
    """Those with an open clock, by id, each with how many were looked at and how many there are."""
    open_clocks = Clock.objects.filter(state__in=OPEN_STATES, stopped_at=None)
    waiting = Ticket.objects.unresolved().filter(pk__in=open_clocks.values("ticket"))
    total, done, after = waiting.count(), 0, int(row.checkpoint.get("after", 0))
    if after:
        done = waiting.filter(pk__lte=after).count()
    while batch := list(
        waiting.filter(pk__gt=after)
        .select_related("category", "team__calendar", "organisation__calendar")
        .prefetch_related("tags")
        .order_by("pk")[:BATCH]
    ):
        for ticket in batch:
            done += 1
            yield ticket, done, max(total, done)
        after = batch[-1].pk


def _open_clocks(ticket: Ticket) -> list[Clock]:
    clocks = Clock.objects.filter(ticket=ticket, state__in=OPEN_STATES, stopped_at=None)
    found = list(clocks.select_related("policy", "calendar_version").order_by("pk"))
    for clock in found:
        clock.ticket = ticket
    return found


def _effect(clock: Clock, changed: Clock, due: datetime | None) -> str:
    before, after = clock.due_at, due
    if before is None or after is None:
        before_left, after_left = clock.target_seconds, changed.target_seconds
        return "same" if before_left == after_left else "earlier" if after_left < before_left else "later"
    return "same" if before == after else "earlier" if after < before else "later"


def _is_under_another(clock: Clock, changed: Clock) -> bool:
    """Also when no deadline moves: the ticket says then which version it runs under."""
    if (clock.policy_id, clock.policy_version) != (changed.policy_id, changed.policy_version):
        return True
    return bool(clock.calendar_version.definition != changed.calendar_version.definition)


def _shown(ticket: Ticket, change: Change) -> dict[str, Any]:
    return {
        "ticket": ticket.reference,
        "title": ticket.title,
        "metric": change.clock.metric,
        "before": change.before.isoformat() if change.before else None,
        "after": change.after.isoformat() if change.after else None,
        "effect": change.effect,
    }
