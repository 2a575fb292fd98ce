"""Who is meant by a role that a level names: resolved when it fires, so that it is always today's lead."""

from collections.abc import Iterable

from django.db.models import Q
from django.utils.timezone import now

from escalation.actions import user_id_in
from teams.availability import on_call
from teams.models import Team, TeamMembership, User
from tickets.models import Ticket
from tickets.services.routing import general_team


def people_in(ticket: Ticket, who: str) -> list[User]:
    """The active people behind "assignee", "team", "lead", "leads_lead", "on_call", "watchers" or "user:<id>".

    The lead's lead is the lead of the general team: the last resort of routing is that of responsibility too.
    """
    named = user_id_in(who)
    if named is not None:
        return _active([named])
    if who == "assignee":
        return _active([ticket.assignee_id] if ticket.assignee_id else [])
    if who == "watchers":
        return _active(ticket.watchers.values_list("user_id", flat=True))
    if who == "on_call":
        return _active(on_call([ticket.team_id], as_of=now()))
    if who == "leads_lead":
        return _members(general_team(), TeamMembership.Role.LEAD)
    role = TeamMembership.Role.LEAD if who == "lead" else None
    return _members(ticket.team, role)


def _members(team: Team, role: str | None) -> list[User]:
    members = TeamMembership.objects.filter(Q(team=team) & (Q() if role is None else Q(role=role)))
    return list(_staff(members.values_list("user_id", flat=True)))


def _active(ids: Iterable[int]) -> list[User]:
    return list(User.objects.filter(pk__in=list(ids), is_active=True).order_by("pk"))


def _staff(ids: Iterable[int]) -> Iterable[User]:
    return User.objects.filter(pk__in=list(ids), is_active=True, is_staff=True).order_by("pk")
