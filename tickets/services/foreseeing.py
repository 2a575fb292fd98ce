"""The desk in memory: decisions as they would be made now, one after another, without a lock and without a trace."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.core.configuration import held_versions
from tickets.assignment.decision import Decision, decide_in_rounds
from tickets.assignment.effort import effort_of
from tickets.assignment.facts import Candidate, Needs
from tickets.assignment.roster import Person, Queue, familiar_agent, load_people, seen_by
from tickets.lifecycle import ACTIONABLE
from tickets.models import AgentLoad, Ticket
from tickets.services.needing import needs_of
from tickets.services.routing import active_teams


@dataclass(frozen=True, slots=True)
class _Waiting:
    effort: int
    due_at: datetime | None
    is_overdue: bool

    def is_before(self, due_at: datetime | None) -> bool:
        """As `load_queues` says it."""
        if due_at is None or (self.due_at is None and self.is_overdue):
            return True
        return self.due_at is not None and self.due_at <= due_at


class ForeseenDesk:
    """Three queries, whatever the number of decisions."""

    def __init__(self, people: Sequence[Person], *, at: datetime) -> None:
        self.people, self.at = people, at
        agents = [person.user.pk for person in people]
        self._loads = {agent: AgentLoad(agent_id=agent) for agent in agents}
        self._loads |= {row.pk: row for row in AgentLoad.objects.filter(pk__in=agents)}
        self._waiting: dict[int, dict[int, _Waiting]] = defaultdict(dict)
        rows = Ticket.objects.filter(assignee__in=agents, status__in=ACTIONABLE, assignment_starts_at=None)
        for pk, agent, priority, due_at, breached_at in rows.values_list(
            "pk", "assignee", "priority", "next_due_at", "breached_at"
        ):
            self._waiting[agent][pk] = _Waiting(effort_of(priority), due_at, breached_at is not None)

    def candidates(
        self, ticket: Ticket, needs: Needs, *, familiar: int | None, teams: Collection[int] | None
    ) -> list[Candidate]:
        """Everybody, or those of these teams, as they stand by now; `ticket` itself waits for nobody."""
        people = self.people if teams is None else seen_by(teams, self.people)
        return [
            person.as_candidate(
                self._loads[person.user.pk],
                at=self.at,
                has_affinity=person.user.pk == familiar,
                queue=self._queue(person.user.pk, ticket, needs),
            )
            for person in people
        ]

    def decide(self, ticket: Ticket, needs: Needs, *, familiar: int | None) -> Decision:
        """As the product would."""
        return decide_in_rounds(
            needs, lambda teams: self.candidates(ticket, needs, familiar=familiar, teams=teams), self.at
        )

    def give(self, ticket: Ticket, to: int, effort: int) -> None:
        load = self._loads[to]
        load.load_eighths, load.last_assigned_at = load.load_eighths + effort, self.at
        self._waiting[to][ticket.pk] = _Waiting(effort, ticket.next_due_at, ticket.breached_at is not None)

    def take(self, ticket: Ticket, holder: int, effort: int) -> None:
        if holder in self._loads:
            self._loads[holder].load_eighths -= effort
        self._waiting[holder].pop(ticket.pk, None)

    def _queue(self, agent: int, ticket: Ticket, needs: Needs) -> Queue:
        waiting = [one for pk, one in self._waiting[agent].items() if pk != ticket.pk]
        ahead = sum(one.effort for one in waiting if one.is_before(needs.first_response_due_at))
        return Queue(ahead, is_busy=bool(waiting))


@held_versions()
def foresee_decision(ticket: Ticket, *, at: datetime) -> Decision:
    """Who would get this ticket if it were given now for the first time; its holder's load is counted without it."""
    people = load_people(active_teams(), at=at)
    desk, needs = ForeseenDesk(people, at=at), needs_of(ticket, at=at)
    if ticket.assignee_id is not None:
        desk.take(ticket, ticket.assignee_id, effort_of(ticket.priority, ticket.status))
    return desk.decide(ticket, needs, familiar=familiar_agent(ticket))
