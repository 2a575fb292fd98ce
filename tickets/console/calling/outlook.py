"""Who would get a ticket if it were opened now: the decision itself, made on what stands there and written nowhere."""

from datetime import datetime

from django.utils.translation import gettext as _

from teams.models import Team, User
from tickets.assignment.decision import Decision, decide
from tickets.assignment.roster import familiar_agent, load_people
from tickets.lifecycle import Status
from tickets.models import AgentLoad, Category, Priority, Ticket
from tickets.promise import clock_time
from tickets.services.needing import needs_of
from tickets.services.routing import route_for


def outlook(*, requester: User | None, category: Category | None, priority: Priority, at: datetime) -> str:
    """One sentence. Another ticket that is opened in between may change it."""
    organisation = requester.organisation if requester is not None else None
    route = route_for(category=category, priority=priority, organisation=organisation)
    draft = Ticket(
        category=category, priority=priority, team=route.team, requester=requester, status=Status.OPEN, opened_at=at
    )
    decision = _decision(draft, at)
    team = route.team if decision.team == route.team.pk else Team.objects.get(pk=decision.team)
    if decision.winner is None:
        return _("Goes to %(team)s. Nobody can take it right now; it waits for the next who can.") % {"team": team}
    marks: dict[str, object] = {"person": User.objects.get(pk=decision.winner), "team": team}
    if decision.starts_at is not None:
        marks["start"] = clock_time(decision.starts_at, at=at)
        return _("Goes to %(person)s (%(team)s), who starts at %(start)s.") % marks
    return _("Goes to %(person)s (%(team)s), who is working now.") % marks


def _decision(draft: Ticket, at: datetime) -> Decision:
    needs = needs_of(draft, at=at)
    people = load_people({needs.team, needs.general_team}, at=at)
    familiar = familiar_agent(draft) if draft.requester_id is not None else None
    loads = AgentLoad.objects.in_bulk([person.user.pk for person in people])
    candidates = [
        person.as_candidate(
            loads.get(person.user.pk, AgentLoad(agent=person.user)), at=at, has_affinity=person.user.pk == familiar
        )
        for person in people
    ]
    return decide(needs, candidates, at)
