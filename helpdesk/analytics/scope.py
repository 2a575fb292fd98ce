"""Whose tickets a number counts: everybody's for an administrator, their teams' for a lead, their own for an agent."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from teams.models import Team, TeamMembership, User
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet

Params = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Scope:
    """`teams` are those that the reader leads, or all that there are for an administrator."""

    reader: User
    teams: tuple[Team, ...]

    @property
    def is_everything(self) -> bool:
        return self.reader.is_administrator

    @property
    def is_own(self) -> bool:
        return not self.is_everything and not self.teams

    def tickets(self) -> TicketQuerySet:
        """Never more than `visible_to`: whoever leads a team belongs to it."""
        if self.is_everything:
            return Ticket.objects.all()
        if self.is_own:
            return Ticket.objects.filter(assignee=self.reader)
        return Ticket.objects.filter(team__in=[team.pk for team in self.teams])

    def params(self) -> Params:
        """What the list is asked for to show the same tickets."""
        if self.is_everything:
            return []
        return [("assignee", "me")] if self.is_own else [("team", team.slug) for team in self.teams]

    def link(self, params: Params = ()) -> str:
        """The list of exactly these tickets. A filter that `params` names replaces the scope's own."""
        named = {name for name, _value in params}
        kept = [(name, value) for name, value in self.params() if name not in named]
        query = urlencode([("tab", "all"), *kept, *params])
        return f"{reverse('admin:tickets_ticket_changelist')}?{query}"


def scope_of(reader: User) -> Scope:
    """One query."""
    if reader.is_administrator:
        return Scope(reader, tuple(Team.objects.active()))
    led = TeamMembership.objects.filter(user=reader, role=TeamMembership.Role.LEAD)
    return Scope(reader, tuple(Team.objects.filter(pk__in=led.values("team"))))
