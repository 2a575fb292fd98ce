"""What playing needs to know of the desk, read once: teams and people, promises and levels."""

from dataclasses import dataclass
from datetime import datetime

from escalation.matching import active_policies
from escalation.models import EscalationLevel, SlaPolicy
from teams.models import Team, TeamMembership, User
from tickets.assignment.roster import Person, load_people
from tickets.models import Category


@dataclass(frozen=True, slots=True)
class Desk:
    people: dict[int, User]
    by_email: dict[str, User]
    teams: dict[int, Team]
    general: Team
    categories: dict[str, Category]
    members: dict[int, list[User]]
    leads: dict[int, list[User]]
    # Who is asked about a ticket of a team: its own people and the general ones, as assignment sees them.
    candidates: dict[int, list[Person]]
    policies: list[SlaPolicy]
    levels: list[EscalationLevel]

    def person(self, pk: int, team: int) -> Person:
        return next(each for each in self.candidates[team] if each.user.pk == pk)


def read_desk(*, since: datetime) -> Desk:
    """With everybody's absences from `since` on."""
    people = User.objects.select_related("organisation__calendar").in_bulk()
    teams = Team.objects.select_related("calendar").in_bulk()
    general = next(team for team in teams.values() if team.is_general)
    members: dict[int, list[User]] = {pk: [] for pk in teams}
    leads: dict[int, list[User]] = {pk: [] for pk in teams}
    for membership in TeamMembership.objects.order_by("user_id"):
        members[membership.team_id].append(people[membership.user_id])
        if membership.role == TeamMembership.Role.LEAD:
            leads[membership.team_id].append(people[membership.user_id])
    levels = EscalationLevel.objects.filter(policy__is_active=True).select_related("policy")
    return Desk(
        people=people,
        by_email={user.email: user for user in people.values()},
        teams=teams,
        general=general,
        categories={category.slug: category for category in Category.objects.all()},
        members=members,
        leads=leads,
        candidates={pk: load_people({pk, general.pk}, at=since) for pk in teams},
        policies=active_policies(),
        levels=list(levels.order_by("policy_id", "number")),
    )
