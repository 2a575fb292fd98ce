"""Tickets leave people who cannot keep the promise: absent, off shift before the deadline, or gone from the desk."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from teams.availability import Availability, load_availability, on_call
from teams.everybody import set_up
from teams.models import Team, TeamMembership, User
from tickets.events import Cause
from tickets.lifecycle import ACTIONABLE
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.services.assigning import assign_automatically
from tickets.services.routing import general_team
from tickets.services.sweeping import sweep_tickets


@dataclass(frozen=True, slots=True)
class _Cover:
    """Teams whose tickets somebody who works now could take, and for which teams each person may be woken."""

    working: set[int]
    woken: dict[int, set[int]]


def hand_over_from_absent(*, as_of: datetime, limit: int = 500) -> int:
    """The sweep: move what is due before its assignee is back, to somebody who works now. Returns how many were seen.

    One event a ticket, with the cause. A ticket that nobody who works now can take stays where it is.
    """
    people = list(_assignees())
    availability = load_availability(people, as_of=as_of)
    cover = _cover_at(as_of)
    seen = 0
    for person in people:
        seen += _hand_over(person, availability[person.pk], cover, as_of, limit - seen)
    return seen


def hand_over_from(person: User, *, as_of: datetime, limit: int = 500) -> int:
    """The same at once for one person, as when an absence begins. Returns how many tickets were seen."""
    availability = load_availability([person], as_of=as_of)
    return _hand_over(person, availability[person.pk], _cover_at(as_of), as_of, limit)


def _hand_over(person: User, availability: Availability, cover: _Cover, as_of: datetime, limit: int) -> int:
    cause, back_at = _leave(person, availability, as_of)
    if cause is None:
        return 0
    leaving = tickets_that_leave(person, cause, back_at).filter(team__in=cover.working)
    if cause == Cause.SHIFT_ENDED:
        # Whoever was woken for a ticket is off shift, too: it would leave them again at once.
        woken_for = Q(team__in=cover.woken.get(person.pk, ()), assigned_at__gte=availability.off_since(as_of))
        leaving = leaving.exclude(woken_for)
    return sweep_tickets(
        leaving,
        lambda ticket: assign_automatically(
            ticket, by=None, cause=cause, at=as_of, excluded={person.pk}, may_stay=True
        ),
        limit=limit,
        name="hand_over",
    )


def _assignees() -> Iterable[User]:
    """Everybody who has something that waits for them."""
    having = Ticket.objects.filter(status__in=ACTIONABLE, assignee__isnull=False, assignment_starts_at=None)
    return User.objects.filter(pk__in=having.values("assignee")).select_related("agent_profile").order_by("pk")


def _leave(person: User, availability: Availability, at: datetime) -> tuple[str | None, datetime | None]:
    """Why somebody cannot work now, and until when; no cause for whoever can."""
    if not (person.is_active and person.is_staff):
        return Cause.AGENT_GONE, None
    if availability.is_on_shift(at):
        return None, None
    cause = Cause.ABSENCE if availability.is_absent(at) else Cause.SHIFT_ENDED
    return cause, availability.next_start(at)


def tickets_that_leave(person: User, cause: str, back_at: datetime | None) -> TicketQuerySet:
    """What is due before somebody is back, in the order in which it leaves."""
    theirs = Ticket.objects.actionable().filter(assignee=person, assignment_starts_at=None)
    if back_at is not None:
        due_meanwhile = Q(next_due_at__lt=back_at)
        if cause == Cause.ABSENCE:
            # Every promise is broken already: nothing is due, but it must not wait for somebody on leave.
            due_meanwhile |= Q(next_due_at=None, breached_at__isnull=False)
        else:
            # They said that they see to it themselves.
            theirs = theirs.filter(Q(kept_until=None) | Q(kept_until__lt=back_at))
        theirs = theirs.filter(due_meanwhile)
    return theirs.order_by("next_due_at", "pk")


def _cover_at(at: datetime) -> _Cover:
    return _Cover(_teams_at_work(at), _woken_at(at))


def _woken_at(at: datetime) -> dict[int, set[int]]:
    """For which teams each person is on call; for all of them whoever is so for the general one. Two queries."""
    everywhere, general = set(set_up().teams), general_team().pk
    woken = on_call(everywhere, as_of=at)
    return {person: everywhere if general in teams else teams for person, teams in woken.items()}


def _teams_at_work(at: datetime) -> set[int]:
    """Teams whose tickets somebody could take now; all of them while the general team works."""
    members = defaultdict(set)
    for team, user in TeamMembership.objects.filter(team__is_active=True).values_list("team_id", "user_id"):
        members[user].add(team)
    people = User.objects.filter(pk__in=members, is_active=True, is_staff=True).select_related("agent_profile")
    availability = load_availability(list(people), as_of=at)
    return with_covered_teams(team for pk, free in availability.items() if free.is_on_shift(at) for team in members[pk])


def with_covered_teams(working: Iterable[int]) -> set[int]:
    """These teams, or every team when the general one is among them."""
    teams = set(working)
    if Team.objects.filter(is_general=True, pk__in=teams).exists():
        return set(Team.objects.values_list("pk", flat=True))
    return teams
