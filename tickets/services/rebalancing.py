"""Tickets that nobody has touched go to somebody who answers sooner: by itself where a team wants it, or when a lead asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.configuration import held_versions
from helpdesk.core.errors import NotPermitted
from teams.models import Team, TeamMembership, User
from tickets.assignment.bettering import better_place, minutes_gained
from tickets.assignment.decision import Decision
from tickets.assignment.effort import effort_of
from tickets.assignment.roster import load_people
from tickets.assignment.waiting import half_used_at
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status
from tickets.models import Draft, Ticket, TicketEvent
from tickets.models.ticket import TicketQuerySet
from tickets.services.assigning import assign_automatically
from tickets.services.foreseeing import ForeseenDesk
from tickets.services.needing import needs_of_many
from tickets.services.routing import general_team
from tickets.services.sweeping import sweep_tickets

LEAST_WAIT = timedelta(minutes=30)
MOST_MOVES = 2
MOST_FORESEEN = 200


@dataclass(frozen=True, slots=True)
class BetterPlace:
    """One ticket that would be better off with somebody else, and by how many minutes."""

    ticket: Ticket
    to: User
    minutes: int
    decision: Decision


def may_rebalance(by: User, team: Team) -> bool:
    if by.is_administrator:
        return True
    return by.is_active and TeamMembership.objects.filter(user=by, team=team, role=TeamMembership.Role.LEAD).exists()


@held_versions()
def foresee_rebalancing(team: Team, *, at: datetime) -> list[BetterPlace]:
    """What `rebalance` would move now, most urgent first. Writes nothing; queries don't grow with tickets."""
    tickets = list(_untouched(team)[:MOST_FORESEEN])
    if not tickets:
        return []
    people = load_people({team.pk, general_team().pk}, at=at)
    users = {person.user.pk: person.user for person in people}
    return [
        BetterPlace(ticket, users[decision.winner], minutes_gained(decision, ticket.assignee_id or 0), decision)
        for ticket, decision in _better_places(tickets, ForeseenDesk(people, at=at), at)
        if decision.winner is not None
    ]


def rebalance(team: Team, *, only: Sequence[int] | None = None, by: User, at: datetime | None = None) -> list[Ticket]:
    """Move what is better off elsewhere now, each decided anew under its locks. `only`: the tickets that were shown.

    Returns what moved. Raises NotPermitted for whoever does not lead the team.
    """
    if not may_rebalance(by, team):
        raise NotPermitted(_("Only an administrator or a lead of this team may do that."))
    at = at or now()
    wanted = [place for place in foresee_rebalancing(team, at=at) if only is None or place.ticket.pk in only]
    moved = []
    for place in wanted:
        untouched = _untouched(team).filter(pk=place.ticket.pk, assignee=place.ticket.assignee_id)

        def move(ticket: Ticket, holder: int | None = place.ticket.assignee_id) -> None:
            if _is_touched(ticket):
                return
            assign_automatically(
                ticket, by=by, cause=Cause.REBALANCED, at=at, excluded={holder} if holder else (), may_stay=True
            )
            if ticket.assignee_id != holder:
                moved.append(ticket)

        sweep_tickets(untouched, move, limit=1, name="rebalance_by_hand")
    return moved


def rebalance_untouched(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep over assigned tickets that nobody has opened or answered. Returns how many were looked at."""
    waiting = (
        Ticket.objects.unopened()
        .filter(
            status=Status.ASSIGNED,
            assignment_starts_at=None,
            first_responded_at=None,
            first_response_due_at__gt=as_of,
            team__rebalances_untouched=True,
            assigned_at__lte=as_of - LEAST_WAIT,
        )
        .select_related("team__calendar")
    )
    return sweep_tickets(
        waiting.order_by("assigned_at"), lambda ticket: _move_on(ticket, as_of), limit=limit, name="rebalance"
    )


def _untouched(team: Team) -> TicketQuerySet:
    """Given to somebody who has not opened it; and nobody has answered or begun to write."""
    drafted = Draft.objects.values("ticket")
    tickets = Ticket.objects.unopened().filter(
        team=team, status=Status.ASSIGNED, assignment_starts_at=None, first_responded_at=None, assignee__isnull=False
    )
    return tickets.exclude(pk__in=drafted).select_related("team__calendar", "assignee", "requester").order_by(
        "next_due_at", "pk"
    )  # fmt: skip


def _is_touched(ticket: Ticket) -> bool:
    """Asked again under the ticket's lock: somebody may have opened it while it was being looked for."""
    return Draft.objects.filter(ticket=ticket).exists() or not Ticket.objects.unopened().filter(pk=ticket.pk).exists()


def _better_places(tickets: Sequence[Ticket], desk: ForeseenDesk, at: datetime) -> Iterator[tuple[Ticket, Decision]]:
    """One after another: each that moves weighs on whoever gets it."""
    for ticket, needs in zip(tickets, needs_of_many(tickets, at=at), strict=True):
        holder, effort = ticket.assignee_id, effort_of(ticket.priority, ticket.status)
        if holder is None:
            continue
        desk.take(ticket, holder, effort)
        candidates = desk.candidates(ticket, needs, familiar=None, teams=None)
        better = better_place(needs, candidates, holder=holder, at=at)
        if better is None or better.winner is None:
            desk.give(ticket, holder, effort)
        else:
            desk.give(ticket, better.winner, effort)
            yield ticket, better


def _move_on(ticket: Ticket, at: datetime) -> None:
    due = ticket.first_response_due_at
    if due is None or ticket.assigned_at is None or ticket.assignee_id is None:
        return
    if at < half_used_at(max(ticket.opened_at, ticket.assigned_at), due, ticket.team.working_calendar()):
        return
    if _is_touched(ticket):
        return
    moves = TicketEvent.objects.filter(ticket=ticket, kind=EventKind.ASSIGNED, cause=Cause.UNTOUCHED)
    had_it = [data["assignee"]["before"] for data in moves.values_list("data", flat=True)]
    if len(had_it) > MOST_MOVES:
        return
    assign_automatically(
        ticket,
        by=None,
        cause=Cause.UNTOUCHED,
        at=at,
        # Nobody gets it twice: a ticket that comes back has helped no one.
        excluded={ticket.assignee_id, *had_it},
        wants_lead=len(had_it) == MOST_MOVES,
        may_stay=True,
    )
