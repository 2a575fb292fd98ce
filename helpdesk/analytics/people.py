"""Who works: load of capacity, shift now or next, absence, for each agent of the teams that are looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from helpdesk.analytics.scope import Scope
from teams.availability import load_availability, profile_of
from teams.models import Absence, AgentProfile, TeamMembership, User
from tickets.assignment.effort import EIGHTHS
from tickets.models import AgentLoad, Ticket

_DEFAULT_CAPACITY = AgentProfile._meta.get_field("capacity").default


@dataclass(frozen=True, slots=True)
class Colleague:
    """`load` and `capacity` are in units. `tickets` are those of the reader's teams; the load counts all."""

    user: User
    roles: Sequence[tuple[str, bool]]
    load: float
    capacity: int
    tickets: int
    link: str
    is_accepting_work: bool
    is_on_shift: bool
    shift_ends_at: datetime | None
    next_start_at: datetime | None
    absence: Absence | None

    @property
    def percent(self) -> int:
        return round(100 * self.load / self.capacity) if self.capacity else 100

    @property
    def tone(self) -> str:
        return "error" if self.percent > 100 else "warning" if self.percent >= 85 else "success"


def colleagues(scope: Scope, *, at: datetime) -> list[Colleague]:
    """Whoever is most loaded first, absent people last. Nine queries, whatever the number of people and tickets."""
    members: dict[int, User] = {}
    roles: dict[int, list[tuple[str, bool]]] = {}
    memberships = TeamMembership.objects.filter(
        team__in=[team.pk for team in scope.teams], user__is_active=True, user__is_staff=True
    ).select_related("user__agent_profile", "team")
    for each in memberships.order_by("team__name"):
        members[each.user_id] = each.user
        roles.setdefault(each.user_id, []).append((each.team.name, each.role == TeamMembership.Role.LEAD))
    people = list(members.values())
    availability = load_availability(people, as_of=at)
    loads = dict(AgentLoad.objects.filter(pk__in=members).values_list("pk", "load_eighths"))
    has = scope.tickets().unresolved().filter(assignee__in=members).order_by()
    tickets = dict(has.values_list("assignee").annotate(n=Count("pk")))
    # Of several that overlap, the one that lasts longest.
    now_absent = Absence.objects.filter(user__in=members, starts_at__lte=at, ends_at__gt=at).order_by("ends_at")
    absences = {absence.user_id: absence for absence in now_absent}
    found = [
        Colleague(
            user=person,
            roles=roles[person.pk],
            load=loads.get(person.pk, 0) / EIGHTHS,
            capacity=profile.capacity if (profile := profile_of(person)) else _DEFAULT_CAPACITY,
            tickets=tickets.get(person.pk, 0),
            link=scope.link([("state", "unresolved"), ("assignee", str(person.pk))]),
            is_accepting_work=profile.is_accepting_work if profile else True,
            is_on_shift=availability[person.pk].is_on_shift(at),
            shift_ends_at=availability[person.pk].shift_ends(at),
            next_start_at=availability[person.pk].next_start(at),
            absence=absences.get(person.pk),
        )
        for person in people
    ]
    return sorted(found, key=lambda each: (each.absence is not None, not each.is_on_shift, -each.percent, each.user.pk))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who could take a ticket by hand."""

    user: User
    load: float
    capacity: int
    is_on_shift: bool
    is_absent: bool


def candidates(ticket: Ticket, *, at: datetime) -> list[Candidate]:
    """The team's other agents, whoever works and has room first. Seven queries."""
    others = User.objects.filter(memberships__team=ticket.team_id, is_active=True, is_staff=True)
    if ticket.assignee_id is not None:
        others = others.exclude(pk=ticket.assignee_id)
    people = list(others.select_related("agent_profile"))
    availability = load_availability(people, as_of=at)
    loads = dict(AgentLoad.objects.filter(pk__in=[person.pk for person in people]).values_list("pk", "load_eighths"))
    found = [
        Candidate(
            person,
            loads.get(person.pk, 0) / EIGHTHS,
            profile.capacity if (profile := profile_of(person)) else _DEFAULT_CAPACITY,
            availability[person.pk].is_on_shift(at),
            availability[person.pk].is_absent(at),
        )
        for person in people
    ]
    return sorted(
        found, key=lambda each: (each.is_absent, not each.is_on_shift, each.load / each.capacity, each.user.pk)
    )
