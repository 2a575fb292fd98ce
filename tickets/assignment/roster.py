"""Who could get the ticket, as they stand now: the loader that feeds the pure decision."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Q, Sum, When

from teams.availability import Availability, load_absences, on_call, profile_of
from teams.everybody import set_up
from teams.models import AgentProfile, User
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
    """The active agents of these teams and whoever is on call for them. Three queries while the set-up stays as it is."""
    wanted, woken = frozenset(team_ids), on_call(team_ids, as_of=at)
    near = [one for pk, one in set_up().people.items() if one.teams & wanted or pk in woken]
    absences = load_absences([one.user.pk for one in near], as_of=at)
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


def load_queues(agents: Collection[int], *, beside: Ticket | None, due_at: datetime | None) -> dict[int, Queue]:
    """One query. Whoever is not in it has nothing to do. What is overdue comes first, as does all when nothing is due."""
    waiting = Ticket.objects.filter(assignee__in=agents, status__in=ACTIONABLE, assignment_starts_at=None)
    if beside is not None and beside.pk is not None:
        waiting = waiting.exclude(pk=beside.pk)
    is_ahead = Q() if due_at is None else Q(next_due_at__lte=due_at) | Q(next_due_at=None, breached_at__isnull=False)
    effort = Case(*(When(priority=priority, then=effort_of(priority)) for priority in Priority), default=0)
    rows = waiting.order_by().values_list("assignee").annotate(ahead=Sum(effort, filter=is_ahead, default=0))
    return {agent: Queue(ahead, is_busy=True) for agent, ahead in rows}


def familiar_agent(ticket: Ticket) -> int | None:
    """Who had this requester's last ticket before."""
    earlier = Ticket.objects.filter(requester=ticket.requester_id, assignee__isnull=False).exclude(pk=ticket.pk)
    return earlier.order_by("-id").values_list("assignee", flat=True).first()
