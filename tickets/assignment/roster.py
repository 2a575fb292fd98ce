"""Who could get the ticket, as they stand now: the loader that feeds the pure decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from helpdesk.core.statements import rows
from teams.availability import Availability, on_call, profile_of
from teams.everybody import set_up
from teams.models import AgentProfile, User
from teams.periods import absences_of
from tickets.assignment.effort import EIGHTHS, effort_of
from tickets.assignment.facts import Candidate
from tickets.lifecycle import ACTIONABLE
from tickets.models import AgentLoad, Priority, Ticket

_DEFAULT_CAPACITY = AgentProfile._meta.get_field("capacity").default


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for somebody beside one ticket: how much of it is due no later, in eighths, and whether anything does."""

    ahead: int | None = None
    is_busy: bool = False


IDLE = Queue(ahead=0)


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of an agent without a lock; load and last assignment come with the lock."""

    user: User
    teams: frozenset[int]
    leads: frozenset[int]
    on_call_for: frozenset[int]
    availability: Availability
    skills: Mapping[int, int]

    def as_candidate(self, load: AgentLoad, *, at: datetime, has_affinity: bool, queue: Queue = Queue()) -> Candidate:
        profile = profile_of(self.user)
        return Candidate(
            agent=self.user.pk,
            load=load.load_eighths,
            capacity=(profile.capacity if profile else _DEFAULT_CAPACITY) * EIGHTHS,
            teams=self.teams,
            leads=self.leads,
            on_call_for=self.on_call_for,
            accepts_work=profile.is_accepting_work if profile else True,
            is_absent=self.availability.is_absent(at),
            is_on_shift=self.availability.is_on_shift(at),
            next_start_at=self.availability.next_start(at),
            skills=self.skills,
            last_assigned_at=load.last_assigned_at,
            has_affinity=has_affinity,
            ahead=queue.ahead,
            is_busy=queue.is_busy,
        )


def load_people(team_ids: Collection[int], *, at: datetime) -> list[Person]:
    """The active agents of these teams and whoever is on call for them. No query while the set-up stays as it is."""
    wanted, woken = frozenset(team_ids), on_call(team_ids, as_of=at)
    near = [one for pk, one in set_up().people.items() if one.teams & wanted or pk in woken]
    absences = absences_of([one.user.pk for one in near], as_of=at)
    return [
        Person(
            user=one.user,
            teams=one.teams & wanted,
            leads=one.leads & wanted,
            on_call_for=frozenset(woken.get(one.user.pk, ())),
            availability=Availability(one.hours, absences.get(one.user.pk, ())),
            skills=one.skills,
        )
        for one in near
    ]


def seen_by(teams: Collection[int], people: Sequence[Person]) -> list[Person]:
    """As `load_people` would show them for these teams: without whoever has nothing to do with them."""
    wanted = frozenset(teams)
    near = (
        replace(one, teams=one.teams & wanted, leads=one.leads & wanted, on_call_for=one.on_call_for & wanted)
        for one in people
    )
    return [one for one in near if one.teams or one.on_call_for]


def load_queues(
    agents: Collection[int], *, beside: Ticket, due_at: datetime | None
) -> tuple[dict[int, Queue], int | None]:
    """What waits for them, and `familiar_agent(beside)`. One query. Whoever is not in it has nothing to do. What is overdue
    comes first, as does all when nothing is due.
    """
    values = (due_at, due_at, list(agents), beside.pk, beside.requester_id, beside.pk)
    queues: dict[int, Queue] = {}
    familiar = None
    for agent, ahead in rows(_QUEUES_AND_FAMILIAR, *values):
        if ahead is None:
            familiar = agent
        else:
            queues[agent] = Queue(ahead, is_busy=True)
    return queues, familiar


def familiar_agent(ticket: Ticket) -> int | None:
    """Who had this requester's last ticket before."""
    found = rows(_FAMILIAR, ticket.requester_id, ticket.pk)
    return found[0][0] if found else None


_FAMILIAR = """
    SELECT assignee_id FROM tickets_ticket
     WHERE requester_id = %s AND assignee_id IS NOT NULL AND id IS DISTINCT FROM %s ORDER BY id DESC LIMIT 1
"""
# The statuses are part of it, so that a plan for any values may read the index of these alone.
_QUEUES_AND_FAMILIAR = f"""
    SELECT assignee_id,
           coalesce(sum(CASE priority {" ".join(f"WHEN {one:d} THEN {effort_of(one)}" for one in Priority)} END)
               FILTER (WHERE %s::timestamptz IS NULL OR next_due_at <= %s
                          OR (next_due_at IS NULL AND breached_at IS NOT NULL)), 0)
      FROM tickets_ticket
     WHERE assignee_id = ANY(%s) AND status IN ({", ".join(f"'{status}'" for status in sorted(ACTIONABLE))})
       AND assignment_starts_at IS NULL AND id IS DISTINCT FROM %s
     GROUP BY assignee_id
     UNION ALL SELECT familiar.assignee_id, NULL FROM ({_FAMILIAR}) AS familiar
"""  # noqa: S608 - numbers and words of ours
