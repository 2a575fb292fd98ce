"""What a ticket needs of the person who gets it, read from its category, its team and its deadline."""

from collections.abc import Collection
from datetime import datetime

from tickets.assignment.effort import effort_of
from tickets.assignment.facts import Needs
from tickets.assignment.waiting import half_used_at
from tickets.lifecycle import ACTIONABLE
from tickets.models import CategorySkill, Priority, Ticket
from tickets.services.routing import general_team


def needs_of(
    ticket: Ticket, *, excluded: Collection[int] = (), wants_lead: bool = False, may_wake: bool = False, at: datetime
) -> Needs:
    """At most four queries. Critical tickets may always wake whoever is on call."""
    required, preferred = _skills_for(ticket)
    is_critical = ticket.priority == Priority.CRITICAL
    hold_until = _may_hold_until(ticket)
    return Needs(
        priority=ticket.priority,
        effort=effort_of(ticket.priority, ticket.status if ticket.status in ACTIONABLE else "open"),
        team=ticket.team_id,
        general_team=general_team().pk,
        is_critical=is_critical,
        required=required,
        preferred=preferred,
        first_response_due_at=ticket.first_response_due_at if ticket.first_responded_at is None else ticket.next_due_at,
        may_hold_until=hold_until if hold_until is not None and at < hold_until else None,
        excluded=frozenset(excluded),
        wants_lead=wants_lead,
        may_wake=may_wake or is_critical,
    )


def _skills_for(ticket: Ticket) -> tuple[dict[int, int], dict[int, int]]:
    required: dict[int, int] = {}
    preferred: dict[int, int] = {}
    if ticket.category_id is not None:
        for need in CategorySkill.objects.filter(category=ticket.category_id):
            (required if need.is_required else preferred)[need.skill_id] = need.min_level
    return required, preferred


def _may_hold_until(ticket: Ticket) -> datetime | None:
    """Medium and low may wait for half of the first response time where the team wants it so."""
    due = ticket.first_response_due_at
    if not ticket.team.holds_when_full or ticket.priority > Priority.MEDIUM or due is None:
        return None
    return half_used_at(ticket.opened_at, due, ticket.team.working_calendar())
