"""Giving tickets to people: by itself at opening and whenever the facts change, or by hand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.utils.timezone import now
from django.utils.translation import gettext as _
from psycopg.types.json import Jsonb

from helpdesk.core.configuration import held_versions
from helpdesk.core.errors import DomainError
from helpdesk.core.statements import Statement
from helpdesk.core.transactions import in_transaction
from teams.models import Team, TeamMembership, User
from tickets.assignment.assessment import Rung
from tickets.assignment.decision import Decision, decide_in_rounds
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.roster import IDLE, load_people, load_queues
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status, check_move
from tickets.models import Ticket, TicketEvent
from tickets.permissions import check_staff
from tickets.services.following import let_watch
from tickets.services.loads import load_move, lock_loads, move_load, share_of, with_general_team
from tickets.services.needing import needs_of
from tickets.services.routing import active_teams, general_team, route_for
from tickets.services.sighting import keep_sighting
from tickets.services.sweeping import sweep_tickets

# A ticket that nobody can take, or that waits for somebody with room, is looked at again this often.
LOOK_AGAIN_AFTER = timedelta(minutes=1)
# Somebody took it away on purpose: this long they may say whose it is, then it assigns itself.
TAKEN_BACK_GRACE = timedelta(minutes=5)

# Reassigning moves these to "assigned"; a ticket that waits or is resolved keeps its status.
_BEGINS_ANEW = frozenset({Status.OPEN, Status.ASSIGNED, Status.IN_PROGRESS})


class NotAnAgent(DomainError):
    code = "not_an_agent"
    status = 400


@dataclass(frozen=True, slots=True)
class Why:
    """Who wanted the assignment, what for, and when."""

    by: User | None
    cause: str
    caused_by: TicketEvent | None
    at: datetime
    # The message that whoever hands it over leaves for whoever gets it.
    note: int | None = None


@held_versions()
def assign_automatically(
    ticket: Ticket,
    *,
    by: User | None,
    cause: str,
    caused_by: TicketEvent | None = None,
    at: datetime,
    excluded: Collection[int] = (),
    wants_lead: bool = False,
    may_wake: bool = False,
    may_stay: bool = False,
    note: int | None = None,
) -> Ticket:
    """Decide who gets a locked ticket and give it to them. Records nothing when the decision changes nothing.

    With `may_stay` it keeps its assignee unless somebody who works now, or may be woken, can take it.
    """
    needs = needs_of(ticket, excluded=excluded, wants_lead=wants_lead, may_wake=may_wake, at=at)
    decision = _decide_under_lock(ticket, needs, at)
    if may_stay and (decision.winner is None or decision.starts_at is not None):
        return ticket
    why = Why(by, cause, caused_by, at, note)
    if decision.winner is None:
        return _leave_waiting(ticket, decision, why)
    if (decision.winner, decision.starts_at) == (ticket.assignee_id, ticket.assignment_starts_at):
        return ticket
    event = give(
        ticket,
        to=decision.winner,
        team=decision.team,
        why=why,
        rung=decision.rung,
        starts_at=decision.starts_at,
        beside=[_kept(decision)],
    )
    for lead in decision.watching_leads:
        let_watch(ticket, lead, by=None, cause=Cause.ASSIGNMENT, caused_by=event, at=at)
    return ticket


@in_transaction
def assign_ticket(
    ticket: Ticket,
    *,
    to: User,
    by: User | None,
    team: Team | None = None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
    note: int | None = None,
) -> Ticket:
    """Give the ticket to somebody by hand. It keeps its team where the person belongs to it, else it takes theirs.

    Raises NotAnAgent for somebody who is no active agent of a team (of `team`, when one is given).
    """
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    team_id = _team_for(ticket, to, team)
    if (ticket.assignee_id, ticket.team_id, ticket.is_reserved) == (to.pk, team_id, False):
        return ticket
    lock_loads({to.pk} | _assignee_of(ticket))
    give(ticket, to=to.pk, team=team_id, why=Why(by, cause, caused_by, at or now(), note), rung="manual")
    return ticket


@in_transaction
def take_back(ticket: Ticket, *, by: User | None, at: datetime | None = None) -> Ticket:
    """Take the assignee away. The ticket is open again, and assigns itself unless somebody is named soon."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    if ticket.assignee_id is None:
        return ticket
    at = at or now()
    ticket.next_assignment_at = at + TAKEN_BACK_GRACE
    unassign(ticket, Why(by, Cause.REQUEST, None, at))
    return ticket


@in_transaction
def route_ticket(
    ticket: Ticket,
    *,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Find the team anew from the rules, and a person in it. Whoever has the ticket and belongs there keeps it."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    check_move(ticket.status, Status.ASSIGNED if ticket.assignee_id is None else Status.OPEN)
    at = at or now()
    route = route_for(category=ticket.category, priority=ticket.priority, organisation=ticket.organisation)
    if route.team.pk != ticket.team_id:
        before, ticket.team = ticket.team_id, route.team
        ticket.save(update_fields=["team"])
        data = {"team": {"before": before, "after": route.team.pk}, "why": route.why}
        caused_by = record(ticket, EventKind.ROUTED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)
        if ticket.assignee_id in _active_members(route.team):
            return ticket
    return assign_automatically(ticket, by=by, cause=cause, caused_by=caused_by, at=at)


@in_transaction
def reassign(
    ticket: Ticket,
    *,
    by: User | None,
    destination: Literal["next_best", "lead"],
    cause: str,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Give the ticket to the next best, or to a lead, on shift or on call. When nobody can take it, the owner stays; so
    does the team's own lead who works now when a lead is wanted.
    """
    ticket, at = Ticket.objects.lock(ticket.pk), at or now()
    check_staff(ticket, by)
    if destination == "lead" and _has_its_lead(ticket, at):
        return ticket
    return assign_automatically(
        ticket,
        by=by,
        cause=cause,
        caused_by=caused_by,
        at=at,
        excluded=_assignee_of(ticket),
        wants_lead=destination == "lead",
        may_wake=True,
        may_stay=True,
    )


def _has_its_lead(ticket: Ticket, at: datetime) -> bool:
    return any(
        person.user.pk == ticket.assignee_id and person.leads and person.availability.is_on_shift(at)
        for person in load_people({ticket.team_id}, at=at)
    )


def lock_candidates(ticket: Ticket, *, at: datetime, teams: Collection[int] = ()) -> None:
    """Lock the loads that a decision later in this transaction will want, also when it goes to one of `teams` first.

    An act that first moves one load and then decides must call this before: loads are locked in one statement in
    one order, or two such acts wait for each other.
    """
    people = load_people({ticket.team_id, general_team().pk, *teams}, at=at)
    lock_loads({person.user.pk for person in people} | _assignee_of(ticket))


def decide_due_assignments(*, as_of: datetime, limit: int = 200) -> int:
    """The sweep: reservations that begin, tickets that were held, and those that nobody could take."""
    due = Ticket.objects.filter(next_assignment_at__lte=as_of).order_by("next_assignment_at")
    return sweep_tickets(due, lambda ticket: _decide_again(ticket, as_of), limit=limit, name="decide_due_assignments")


def _decide_again(ticket: Ticket, at: datetime) -> None:
    if not ticket.is_unresolved or (ticket.assignee_id is not None and not ticket.is_reserved):
        ticket.next_assignment_at = None
        ticket.save(update_fields=["next_assignment_at"])
        return
    cause = Cause.SHIFT_STARTED if ticket.is_reserved else Cause.HOLD_ENDED
    assign_automatically(ticket, by=None, cause=cause, at=at)


def _decide_under_lock(ticket: Ticket, needs: Needs, at: datetime) -> Decision:
    """Loads are read under their lock, so that no two decisions fill the same last place. Teams that give their tickets
    to their own people don't wait for each other.
    """
    return decide_in_rounds(needs, lambda teams: _candidates(ticket, needs, teams, at), at)


def _candidates(ticket: Ticket, needs: Needs, teams: Collection[int] | None, at: datetime) -> list[Candidate]:
    people = load_people(active_teams() if teams is None else teams, at=at)
    loads = lock_loads(with_general_team({person.user.pk for person in people} | _assignee_of(ticket)))
    queues, familiar = load_queues(loads.keys(), beside=ticket, due_at=needs.first_response_due_at)
    return [
        person.as_candidate(
            loads[person.user.pk],
            at=at,
            has_affinity=person.user.pk == familiar,
            queue=queues.get(person.user.pk, IDLE),
        )
        for person in people
    ]


def give(
    ticket: Ticket,
    *,
    to: int,
    team: int,
    why: Why,
    rung: str,
    starts_at: datetime | None = None,
    status_then: Status = Status.ASSIGNED,
    beside: Sequence[Statement] = (),
) -> TicketEvent:
    """Hand a locked ticket over; the AgentLoad rows of both people are locked too. Writes one event."""
    share, assignee, old_team, status = share_of(ticket), ticket.assignee_id, ticket.team_id, ticket.status
    had_since = ticket.assigned_at if assignee == to else None
    if status == Status.CLOSED:
        check_move(status, Status.ASSIGNED)
    if status in _BEGINS_ANEW and assignee != to:
        ticket.status = status_then
    ticket.assignee_id, ticket.team_id = to, team
    ticket.assigned_at, ticket.assignment_starts_at, ticket.next_assignment_at = why.at, starts_at, starts_at
    ticket.kept_until = None
    if had_since is not None:
        keep_sighting(ticket, since=had_since)
    data: dict[str, Any] = {
        "assignee": {"before": assignee, "after": to},
        "team": {"before": old_team, "after": team},
        "rung": str(rung),
        "starts_at": None if starts_at is None else starts_at.isoformat(),
    }
    if why.note is not None:
        data["note"] = why.note
    moves = load_move(share, ticket, assigned_at=why.at)
    return _record_with_status(ticket, EventKind.ASSIGNED, why, data, status, beside=[*moves, *beside])


def unassign(ticket: Ticket, why: Why, *, team: int | None = None) -> TicketEvent:
    """Take a locked ticket's assignee away, and give it to another team when one is named. Writes one event."""
    share, assignee, status = share_of(ticket), ticket.assignee_id, ticket.status
    if status not in (Status.PENDING_CUSTOMER, Status.RESOLVED):
        check_move(status, Status.OPEN)
        ticket.status = Status.OPEN
    data: dict[str, Any] = {"assignee": {"before": assignee, "after": None}}
    if team is not None and team != ticket.team_id:
        data["team"] = {"before": ticket.team_id, "after": team}
        ticket.team_id = team
    ticket.assignee, ticket.assigned_at, ticket.assignment_starts_at = None, None, None
    ticket.kept_until = None
    move_load(share, ticket)
    return _record_with_status(ticket, EventKind.UNASSIGNED, why, data, status)


_ASSIGNMENT_COLUMNS = [
    "status", "assignee", "team", "assigned_at", "assignment_starts_at", "next_assignment_at", "kept_until",
]  # fmt: skip


def _leave_waiting(ticket: Ticket, decision: Decision, why: Why) -> Ticket:
    """Nobody gets it now. Said once, with its reasons; looked at again soon, silently."""
    waits_already = ticket.assignee_id is None and ticket.next_assignment_at is not None
    ticket.next_assignment_at = why.at + LOOK_AGAIN_AFTER
    if waits_already:
        ticket.save(update_fields=["next_assignment_at"])
        return ticket
    if ticket.assignee_id is not None:
        unassign(ticket, why)
    until = decision.needs.may_hold_until if decision.rung is Rung.HELD else None
    record(
        ticket,
        EventKind.HELD,
        actor=why.by,
        cause=why.cause,
        caused_by=why.caused_by,
        at=why.at,
        data={"until": None if until is None else until.isoformat(), "rung": decision.rung.value},
        saving=["next_assignment_at"],
        beside=[_kept(decision)],
    )
    return ticket


_KEEP = "INSERT INTO tickets_assignmentdecision (event_id, rung, record) SELECT id, %s, %s FROM recorded"


def _kept(decision: Decision) -> Statement:
    """Its AssignmentDecision, written with the event of what it led to."""
    return _KEEP, [decision.rung.value, Jsonb(decision.to_record())]


def _record_with_status(
    ticket: Ticket, kind: str, why: Why, data: dict[str, Any], status_before: str, *, beside: Sequence[Statement] = ()
) -> TicketEvent:
    if ticket.status != status_before:
        data["status"] = {"before": status_before, "after": ticket.status}
    return record(
        ticket,
        kind,
        actor=why.by,
        cause=why.cause,
        caused_by=why.caused_by,
        at=why.at,
        data=data,
        saving=_ASSIGNMENT_COLUMNS,
        beside=beside,
    )


def _assignee_of(ticket: Ticket) -> set[int]:
    return set() if ticket.assignee_id is None else {ticket.assignee_id}


def _active_members(team: Team) -> set[int]:
    members = TeamMembership.objects.filter(team=team, user__is_active=True, user__is_staff=True)
    return set(members.values_list("user_id", flat=True))


def _team_for(ticket: Ticket, to: User, team: Team | None) -> int:
    teams = list(
        TeamMembership.objects.filter(
            user=to, user__is_active=True, user__is_staff=True, team__is_active=True
        ).order_by("team_id").values_list("team_id", flat=True)
    )  # fmt: skip
    wanted = ticket.team_id if team is None else team.pk
    if wanted in teams:
        return wanted
    if teams and team is None:
        return teams[0]
    raise NotAnAgent(
        _("%(person)s is not an active agent of %(team)s. Choose one of its agents.")
        % {"person": to, "team": team or _("any team")}
    )
