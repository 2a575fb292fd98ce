"""Who is meant by a role that a level names: resolved when it fires, so that it is always today's lead."""

from collections.abc import Collection, Iterable

from django.db.models import Q
from django.utils.timezone import now

from escalation.actions import user_id_in
from teams.availability import on_call
from teams.models import TeamMembership, User
from tickets.models import Ticket, Watcher

Asked = tuple[Ticket, str]


def people_in(ticket: Ticket, who: str) -> list[User]:
    """The active people behind "assignee", "team", "lead", "leads_lead", "on_call", "watchers" or "user:<id>".

    The lead's lead is the lead of the general team: the last resort of routing is that of responsibility too. Whoever is
    named must work here; only watchers may be customers.
    """
    return people_in_each([(ticket, who)])[ticket.pk, who]


def people_in_each(asked: Collection[Asked]) -> dict[tuple[int, str], list[User]]:
    """The same for many tickets and roles, by (ticket id, role): at most four queries, however many there are."""
    tickets = {ticket.pk: ticket for ticket, _who in asked}.values()
    roles = {who for _ticket, who in asked}
    members = _members(tickets) if roles & {"team", "lead", "leads_lead"} else []
    watchers = _watchers(tickets) if "watchers" in roles else []
    woken = on_call({ticket.team_id for ticket in tickets}, as_of=now()) if "on_call" in roles else {}

    def ids(ticket: Ticket, who: str) -> set[int]:
        named = user_id_in(who)
        if named is not None:
            return {named}
        if who == "assignee":
            return {ticket.assignee_id} if ticket.assignee_id else set()
        if who == "watchers":
            return {watcher.user_id for watcher in watchers if watcher.ticket_id == ticket.pk}
        if who == "on_call":
            return {user for user, teams in woken.items() if ticket.team_id in teams}
        if who == "leads_lead":
            return {each.user_id for each in members if each.team.is_general and _leads(each)}
        return {each.user_id for each in members if each.team_id == ticket.team_id and (who == "team" or _leads(each))}

    meant = {(ticket.pk, who): ids(ticket, who) for ticket, who in asked}
    people = User.objects.filter(pk__in=set().union(*meant.values()), is_active=True).in_bulk()

    def is_meant(pk: int, who: str) -> bool:
        return pk in people and (people[pk].is_staff or user_id_in(who) is None)

    return {key: [people[pk] for pk in sorted(pks) if is_meant(pk, key[1])] for key, pks in meant.items()}


def _members(tickets: Iterable[Ticket]) -> list[TeamMembership]:
    """Of the tickets' teams and of the general one."""
    teams = Q(team__in={ticket.team_id for ticket in tickets}) | Q(team__is_general=True)
    staff = TeamMembership.objects.filter(teams, user__is_active=True, user__is_staff=True)
    return list(staff.select_related("team"))


def _watchers(tickets: Iterable[Ticket]) -> list[Watcher]:
    return list(Watcher.objects.filter(ticket__in=[ticket.pk for ticket in tickets]))


def _leads(membership: TeamMembership) -> bool:
    return membership.role == TeamMembership.Role.LEAD
