"""Reading stored decisions: for the routing page, the API and the admin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from teams.models import Skill, Team, User
from tickets.assignment.comparing import Comparison, compared
from tickets.assignment.explanation import Names, sentence
from tickets.models import AssignmentDecision, Ticket
from tickets.services.foreseeing import foresee_decision


@dataclass(frozen=True, slots=True)
class Explained:
    decision: AssignmentDecision
    names: Names
    sentence: str


def latest_decision(ticket: Ticket) -> Explained | None:
    """Why the ticket is where it is, as it was decided; None when it was only ever assigned by hand. Four queries."""
    decision = (
        AssignmentDecision.objects.filter(event__ticket=ticket).select_related("event").order_by("-event__seq").first()
    )
    if decision is None:
        return None
    names = names_in(decision.record)
    return Explained(decision, names, sentence(decision.record, names))


@dataclass(frozen=True, slots=True)
class Now:
    """What would be decided at this instant, and what differs from the stored decision, if there is one."""

    record: Mapping[str, Any]
    names: Names
    sentence: str
    comparison: Comparison | None


def decision_now(ticket: Ticket, *, at: datetime) -> Now:
    """Decides again and writes nothing. The queries don't grow with the agents."""
    record = foresee_decision(ticket, at=at).to_record()
    explained = latest_decision(ticket)
    names = names_in(record)
    if explained is None:
        return Now(record, names, sentence(record, names), None)
    both = Names({**explained.names.people, **names.people}, names.teams, names.skills)
    return Now(record, both, sentence(record, names), compared(explained.decision.record, record))


def names_in(record: Mapping[str, Any]) -> Names:
    people = [row["facts"]["agent"] for row in record["candidates"]]
    return Names(
        people={user.pk: user.get_full_name() for user in User.objects.filter(pk__in=people)},
        teams=dict(Team.objects.values_list("pk", "name")),
        skills=dict(Skill.objects.values_list("pk", "name")),
    )
