"""Who gets a played ticket: the product's own decision over loads that are kept in memory."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from helpdesk.demo.playing.facts import Desk
from helpdesk.demo.playing.performance import Performance
from teams.models import User
from tickets.assignment.decision import Decision, decide_in_rounds
from tickets.assignment.effort import effort_of
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.roster import IDLE, Queue, seen_by
from tickets.lifecycle import ACTIONABLE
from tickets.models import AgentLoad, Ticket
from tickets.services.needing import needs_of


class Giving:
    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.loads: dict[int, AgentLoad] = {}
        self._tickets: dict[int, Ticket] = {}
        self._by_requester: dict[int, list[int]] = {}

    def came(self, ticket: Ticket) -> None:
        self._tickets[ticket.pk] = ticket
        self._by_requester.setdefault(ticket.requester_id, []).append(ticket.pk)

    def decide_at_opening(self, play: Performance, at: datetime) -> Decision:
        """The needs were read for all tickets at once; the deadline is known by now."""
        needs = replace(play.needs, first_response_due_at=play.ticket.first_response_due_at)
        return self._decide(play.ticket, needs, at)

    def decide_anew(
        self, play: Performance, at: datetime, *, excluded: Collection[int] = (), may_wake: bool = False
    ) -> Decision:
        needs = needs_of(play.ticket, excluded=excluded, may_wake=may_wake, at=at)
        return self._decide(play.ticket, needs, at)

    def on_duty(self, ticket: Ticket, at: datetime) -> User:
        """Whoever has it, if they work now; else whoever of the team works and has the least, a lead last."""
        people = [person for person in self.desk.candidates[ticket.team_id] if person.availability.is_on_shift(at)]
        if any(person.user.pk == ticket.assignee_id for person in people):
            return self.desk.people[ticket.assignee_id or 0]
        own = [person for person in people if ticket.team_id in person.teams]
        best = min(
            own,
            key=lambda person: (
                ticket.team_id in person.leads,
                self._load(person.user.pk).load_eighths,
                person.user.pk,
            ),
        )
        return best.user

    def move_load(self, agent: int | None, effort: int, ticket: Ticket, *, assigned_at: datetime | None = None) -> None:
        """As `tickets.services.loads.move_load` does; `agent` and `effort` were the ticket's share before."""
        if agent is not None:
            self._load(agent).load_eighths -= effort
        if ticket.assignee_id is not None:
            load = self._load(ticket.assignee_id)
            load.load_eighths += effort_of(ticket.priority, ticket.status)
            load.last_assigned_at = assigned_at or load.last_assigned_at

    def _load(self, agent: int) -> AgentLoad:
        return self.loads.setdefault(agent, AgentLoad(agent_id=agent, load_eighths=0))

    def _decide(self, ticket: Ticket, needs: Needs, at: datetime) -> Decision:
        queues = self._queues(beside=ticket, due_at=needs.first_response_due_at)
        familiar, people = self._familiar(ticket), self.desk.candidates[ticket.team_id]

        def candidates_of(teams: Collection[int] | None) -> list[Candidate]:
            return [
                person.as_candidate(
                    self._load(person.user.pk),
                    at=at,
                    has_affinity=person.user.pk == familiar,
                    queue=queues.get(person.user.pk, IDLE),
                )
                for person in (people if teams is None else seen_by(teams, people))
            ]

        return decide_in_rounds(needs, candidates_of, at)

    def _queues(self, *, beside: Ticket, due_at: datetime | None) -> dict[int, Queue]:
        """As `tickets.assignment.roster.load_queues` reads them."""
        ahead: dict[int, int] = {}
        for ticket in self._tickets.values():
            if ticket.status in ACTIONABLE and ticket.assignee_id is not None and ticket is not beside:
                counts = effort_of(ticket.priority) if _is_ahead(ticket, due_at) else 0
                ahead[ticket.assignee_id] = ahead.get(ticket.assignee_id, 0) + counts
        return {agent: Queue(effort, is_busy=True) for agent, effort in ahead.items()}

    def _familiar(self, ticket: Ticket) -> int | None:
        """Who had this requester's last ticket before."""
        others = (self._tickets[pk] for pk in reversed(self._by_requester[ticket.requester_id]) if pk != ticket.pk)
        return next((other.assignee_id for other in others if other.assignee_id is not None), None)


def _is_ahead(ticket: Ticket, due_at: datetime | None) -> bool:
    if due_at is None:
        return True
    if ticket.next_due_at is None:
        return ticket.breached_at is not None
    return ticket.next_due_at <= due_at
