"""What a ticket needs of the person who gets it, read from its category, its team and its deadline."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.conf.locale import LANG_INFO
from django.utils.text import slugify

from teams.everybody import set_up
from teams.models import AssignmentPolicy
from tickets.assignment.effort import effort_of
from tickets.assignment.facts import Needs
from tickets.assignment.waiting import half_used_at
from tickets.categories import NO_NEEDS, needs_by_category
from tickets.lifecycle import ACTIONABLE
from tickets.models import Prediction, Priority, Ticket
from tickets.services.routing import general_team

# What is read out of a text says that a skill helps, not how much of it.
_ANY_LEVEL = 1


def needs_of(
    ticket: Ticket, *, excluded: Collection[int] = (), wants_lead: bool = False, may_wake: bool = False, at: datetime
) -> Needs:
    """At most four queries. Critical tickets may always wake whoever is on call."""
    return needs_of_many([ticket], excluded=excluded, wants_lead=wants_lead, may_wake=may_wake, at=at)[0]


def needs_of_many(
    tickets: Sequence[Ticket],
    *,
    excluded: Collection[int] = (),
    wants_lead: bool = False,
    may_wake: bool = False,
    at: datetime,
) -> list[Needs]:
    """In the same order. Four queries at most while the set-up stays as it is; come with `team` loaded."""
    by_category = needs_by_category()
    understood = _understood(tickets)
    general = general_team().pk
    found = []
    for ticket in tickets:
        own = by_category.get(ticket.category_id or 0, NO_NEEDS)
        required, preferred = own.required, {**understood.get(ticket.pk, {}), **own.preferred}
        is_critical = ticket.priority == Priority.CRITICAL
        hold_until = _may_hold_until(ticket)
        found.append(
            Needs(
                priority=ticket.priority,
                effort=effort_of(ticket.priority, ticket.status if ticket.status in ACTIONABLE else "open"),
                team=ticket.team_id,
                general_team=general,
                is_critical=is_critical,
                required=required,
                preferred={skill: level for skill, level in preferred.items() if skill not in required},
                first_response_due_at=ticket.first_response_due_at
                if ticket.first_responded_at is None
                else ticket.next_due_at,
                may_hold_until=hold_until if hold_until is not None and at < hold_until else None,
                excluded=frozenset(excluded),
                wants_lead=wants_lead,
                may_wake=may_wake or is_critical,
                scorer=_SCORERS[ticket.team.policy],
                is_offered=ticket.team.policy == AssignmentPolicy.TAKE_NEXT,
                may_spill=ticket.team.spills_over,
            )
        )
    return found


def _understood(tickets: Sequence[Ticket]) -> dict[int, dict[int, int]]:
    """What triage read out of the text: skills it is sure of, and the language. One query for those not loaded yet."""
    known = {ticket.pk: ticket._state.fields_cache.get("prediction") for ticket in tickets if ticket.pk}
    missing = [pk for pk, prediction in known.items() if prediction is None]
    if missing:
        known |= {prediction.ticket_id: prediction for prediction in Prediction.objects.filter(ticket__in=missing)}
    predictions = [prediction for prediction in known.values() if prediction is not None]
    languages = _language_skills({prediction.language for prediction in predictions} - {""})
    return {
        prediction.ticket_id: dict.fromkeys([*prediction.skills, *languages.get(prediction.language, [])], _ANY_LEVEL)
        for prediction in predictions
    }


def _language_skills(codes: Collection[str]) -> dict[str, list[int]]:
    """A language is a skill like others, called by its code or its English name: "de" or "german"."""
    slugs = {code: (code, slugify(LANG_INFO.get(code, {}).get("name", code))) for code in codes}
    known = set_up().skills
    return {code: [known[slug] for slug in dict.fromkeys(names) if slug in known] for code, names in slugs.items()}


def _may_hold_until(ticket: Ticket) -> datetime | None:
    """Half of the first response time, where the team wants it so: for what is not urgent, or until an agent takes it."""
    due, team = ticket.first_response_due_at, ticket.team
    is_offered = team.policy == AssignmentPolicy.TAKE_NEXT and ticket.priority < Priority.CRITICAL
    is_held = team.holds_when_full and ticket.priority <= Priority.MEDIUM
    if due is None or ticket.first_responded_at is not None or not (is_offered or is_held):
        return None
    return half_used_at(ticket.opened_at, due, set_up().hours_of(team.pk))


# What nobody takes in time goes to whoever can answer soonest.
_SCORERS: dict[str, str] = {
    AssignmentPolicy.BALANCED: "balanced",
    AssignmentPolicy.ROUND_ROBIN: "round_robin",
    AssignmentPolicy.TAKE_NEXT: "balanced",
}
