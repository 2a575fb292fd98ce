"""Take next: an agent takes the next ticket of their teams that nobody has."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import F
from django.utils.timezone import now

from helpdesk.core.transactions import in_transaction
from teams.models import AgentSkill, TeamMembership, User
from tickets.assignment.score import covers
from tickets.events import Cause
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.services.assigning import Why, give
from tickets.services.loads import lock_loads
from tickets.services.needing import needs_of_many

# So many are looked through for one that the agent has the skills for.
LOOKED_THROUGH = 50


@in_transaction
def take_next(*, by: User, at: datetime | None = None) -> Ticket | None:
    """Give `by` the most urgent ticket that nobody has, one they know about if there is one; None when there is none.

    Two agents who ask at once get two tickets.
    """
    at = at or now()
    waiting = waiting_for(by)
    skills = dict(AgentSkill.objects.filter(user=by).values_list("skill", "level"))
    found = list(waiting.select_related("team__calendar")[:LOOKED_THROUGH])
    needs = needs_of_many(found, at=at)
    known = [ticket.pk for ticket, need in zip(found, needs, strict=True) if covers(skills, need.required)]
    others = [ticket.pk for ticket in found if ticket.pk not in known]
    ticket = _first_free(waiting, [*known, *others])
    if ticket is not None:
        lock_loads({by.pk})
        give(ticket, to=by.pk, team=ticket.team_id, why=Why(by, Cause.REQUEST, None, at), rung="taken")
    return ticket


def waiting_for(person: User) -> TicketQuerySet:
    """What nobody has in the teams of this agent, the most urgent first."""
    teams = TeamMembership.objects.filter(user=person, team__is_active=True).values("team")
    return Ticket.objects.unassigned().filter(team__in=teams).order_by(F("next_due_at").asc(nulls_last=True), "pk")


def _first_free(waiting: TicketQuerySet, wanted: Collection[int]) -> Ticket | None:
    for pk in wanted:
        free = waiting.filter(pk=pk).select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
        if free is not None:
            return free
    return None
