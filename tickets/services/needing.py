"""What a ticket needs of the person who gets it, read from its category, its team and its deadline."""

from collections.abc import Collection, Sequence
from datetime import datetime

from teams.working_time import WorkingCalendar
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
    return needs_of_many([ticket], excluded=excluded, wants_lead=wants_lead, may_wake=may_wake, at=at)[0]


def needs_of_many(
    tickets: Sequence[Ticket],
    *,
    excluded: Collection[int] = (),
    wants_lead: bool = False,
    may_wake: bool = False,
    at: datetime,
) -> list[Needs]:
    """In the same order. Two queries, and up to two for each team that holds tickets; come with `team` loaded."""
    skills = _skills_for({ticket.category_id for ticket in tickets})
    general = general_team().pk
    holds: dict[int, WorkingCalendar] = {}
    found = []
    for ticket in tickets:
        required, preferred = skills[ticket.category_id]
        is_critical = ticket.priority == Priority.CRITICAL
        hold_until = _may_hold_until(ticket, holds)
        found.append(
            Needs(
                priority=ticket.priority,
                effort=effort_of(ticket.priority, ticket.status if ticket.status in ACTIONABLE else "open"),
                team=ticket.team_id,
                general_team=general,
                is_critical=is_critical,
                required=required,
                preferred=preferred,
                first_response_due_at=ticket.first_response_due_at
                if ticket.first_responded_at is None
                else ticket.next_due_at,
                may_hold_until=hold_until if hold_until is not None and at < hold_until else None,
                excluded=frozenset(excluded),
                wants_lead=wants_lead,
                may_wake=may_wake or is_critical,
            )
        )
    return found


def _skills_for(categories: Collection[int | None]) -> dict[int | None, tuple[dict[int, int], dict[int, int]]]:
    """For each category what it requires and what it prefers."""
    skills: dict[int | None, tuple[dict[int, int], dict[int, int]]] = {pk: ({}, {}) for pk in categories}
    named = [pk for pk in categories if pk is not None]
    for need in CategorySkill.objects.filter(category__in=named) if named else ():
        required, preferred = skills[need.category_id]
        (required if need.is_required else preferred)[need.skill_id] = need.min_level
    return skills


def _may_hold_until(ticket: Ticket, calendars: dict[int, WorkingCalendar]) -> datetime | None:
    """Medium and low may wait for half of the first response time where the team wants it so."""
    due = ticket.first_response_due_at
    if not ticket.team.holds_when_full or ticket.priority > Priority.MEDIUM or due is None:
        return None
    if ticket.team_id not in calendars:
        calendars[ticket.team_id] = ticket.team.working_calendar()
    return half_used_at(ticket.opened_at, due, calendars[ticket.team_id])
