"""Who can be given the ticket, by team, and what keeps each of them from working on it now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from helpdesk.core.configuration import held_versions
from teams.everybody import set_up
from tickets.assignment.effort import effort_of
from tickets.assignment.facts import Candidate
from tickets.assignment.roster import load_people
from tickets.models import AgentLoad, Ticket


@dataclass(frozen=True, slots=True)
class Colleague:
    """`why_not` is "" for somebody who works and has room."""

    pk: int
    name: str
    why_not: str


@dataclass(frozen=True, slots=True)
class Crew:
    name: str
    people: Sequence[Colleague]


@held_versions()
def crews_of(ticket: Ticket, *, at: datetime) -> list[Crew]:
    """The ticket's own team first, the others by name. Two queries while the set-up stays as it is."""
    teams = {pk: team for pk, team in set_up().teams.items() if team.is_active}
    people = sorted(load_people(teams, at=at), key=lambda person: person.user.get_full_name())
    loads = AgentLoad.objects.in_bulk([person.user.pk for person in people])
    crews: dict[int, list[Colleague]] = defaultdict(list)
    for person in people:
        agent = person.user
        as_it_is = person.as_candidate(loads.get(agent.pk, AgentLoad(agent=agent)), at=at, has_affinity=False)
        more = 0 if agent.pk == ticket.assignee_id else effort_of(ticket.priority, ticket.status)
        colleague = Colleague(agent.pk, agent.get_full_name(), _why_not(as_it_is, more))
        for team in person.teams:
            crews[team].append(colleague)
    in_order = sorted(crews, key=lambda team: (team != ticket.team_id, teams[team].name))
    return [Crew(teams[team].name, crews[team]) for team in in_order]


def _why_not(candidate: Candidate, more: int) -> str:
    if not candidate.accepts_work:
        return _("takes no new tickets")
    if candidate.is_absent:
        return _("absent")
    if not candidate.is_on_shift:
        return _("off shift")
    return _("full") if candidate.load + more > candidate.capacity else ""
