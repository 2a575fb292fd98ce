"""Who could get the ticket, as they stand now: the loader that feeds the pure decision."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from teams.availability import Availability, load_availability, on_call, profile_of
from teams.models import AgentProfile, AgentSkill, TeamMembership, User
from tickets.assignment.effort import EIGHTHS
from tickets.assignment.facts import Candidate
from tickets.models import AgentLoad, Ticket

_DEFAULT_CAPACITY = AgentProfile._meta.get_field("capacity").default


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of an agent without a lock; load and last assignment come with the lock."""

    user: User
    teams: frozenset[int]
    leads: frozenset[int]
    on_call_for: frozenset[int]
    availability: Availability
    skills: Mapping[int, int]

    def as_candidate(self, load: AgentLoad, *, at: datetime, has_affinity: bool) -> Candidate:
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
        )


def load_people(team_ids: Collection[int], *, at: datetime) -> list[Person]:
    """The active agents of these teams and whoever is on call for them. At most nine queries, whatever their number."""
    members, leads = defaultdict(set), defaultdict(set)
    agents: dict[int, User] = {}
    memberships = TeamMembership.objects.select_related("user__agent_profile").filter(
        team__in=team_ids, team__is_active=True, user__is_active=True, user__is_staff=True
    )
    for membership in memberships:
        agents[membership.user_id] = membership.user
        members[membership.user_id].add(membership.team_id)
        if membership.role == TeamMembership.Role.LEAD:
            leads[membership.user_id].add(membership.team_id)
    woken = on_call(team_ids, as_of=at)
    if strangers := woken.keys() - agents.keys():
        rows = User.objects.filter(pk__in=strangers, is_active=True, is_staff=True)
        agents |= {user.pk: user for user in rows.select_related("agent_profile")}
    people = [agents[pk] for pk in sorted(agents)]
    skills: dict[int, dict[int, int]] = defaultdict(dict)
    for user, skill, level in AgentSkill.objects.filter(user__in=people).values_list("user", "skill", "level"):
        skills[user][skill] = level
    availability = load_availability(people, as_of=at)
    return [
        Person(
            user=user,
            teams=frozenset(members[user.pk]),
            leads=frozenset(leads[user.pk]),
            on_call_for=frozenset(woken.get(user.pk, ())),
            availability=availability[user.pk],
            skills=skills[user.pk],
        )
        for user in people
    ]


def familiar_agent(ticket: Ticket) -> int | None:
    """Who had this requester's last ticket before."""
    earlier = Ticket.objects.filter(requester=ticket.requester_id, assignee__isnull=False).exclude(pk=ticket.pk)
    return earlier.order_by("-id").values_list("assignee", flat=True).first()
