"""Who should hear of a fact, and why they in particular. Pure once the people of a batch are loaded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from escalation.audience import people_in
from teams.models import TeamMembership, User
from tickets.models import Ticket, TicketEvent, Watcher


class Reason(models.TextChoices):
    """Ordered: the more personal reason is told when there are several."""

    REQUESTER = "requester", _("you asked")
    ASSIGNEE = "assignee", _("the ticket is yours")
    ESCALATION = "escalation", _("it was escalated to you")
    LEAD = "lead", _("you lead the team")
    WATCHER = "watcher", _("you follow the ticket")
    TEAM = "team", _("you work in the team")


_PERSONAL_FIRST = {reason: position for position, reason in enumerate(Reason)}


@dataclass(frozen=True, slots=True)
class Told:
    """One person, why they, and whether a message goes out besides the row in their inbox."""

    user: User
    reason: Reason
    by_mail: bool = True


@dataclass(frozen=True, slots=True)
class Situation:
    """A fact and the people around its ticket, as they are when the relay handles it."""

    event: TicketEvent
    members: Sequence[User]
    leads: Sequence[User]
    watchers: Sequence[User]
    # What came before in the same act: the same person, the same instant.
    companions: frozenset[str] = field(default_factory=frozenset)

    @property
    def ticket(self) -> Ticket:
        return self.event.ticket

    @property
    def requester(self) -> User:
        return self.ticket.requester

    def assignee(self, *, by_mail: bool = True) -> list[Told]:
        """Nobody while the ticket is only reserved: they are not there yet."""
        if self.ticket.assignee is None or self.ticket.is_reserved:
            return []
        return [Told(self.ticket.assignee, Reason.ASSIGNEE, by_mail)]

    def staff_watchers(self, *, by_mail: bool = True) -> list[Told]:
        return [Told(user, Reason.WATCHER, by_mail) for user in self.watchers if user.is_staff]

    def customer_watchers(self, *, by_mail: bool = True) -> list[Told]:
        return [Told(user, Reason.WATCHER, by_mail) for user in self.watchers if not user.is_staff]

    def team(self) -> list[Told]:
        """The inbox only: nobody wants a mail for every ticket of the team."""
        return [Told(user, Reason.TEAM, by_mail=False) for user in self.members]

    def team_leads(self) -> list[Told]:
        return [Told(user, Reason.LEAD) for user in self.leads]

    def roles(self, audience: Iterable[str]) -> list[Told]:
        """Whom an escalation names, at most one query a role."""
        return [Told(user, Reason.ESCALATION) for who in audience for user in people_in(self.ticket, who)]

    def works_on(self, user: User) -> bool:
        """What `Ticket.objects.worked_by` says, from what is loaded."""
        if not (user.is_active and user.is_staff):
            return False
        around = {member.pk for member in self.members} | {watcher.pk for watcher in self.watchers}
        return user.is_superuser or user.pk in around or user.pk == self.ticket.assignee_id

    def may_see(self, user: User) -> bool:
        """What `TicketEvent.objects.visible_to` says."""
        if self.works_on(user):
            return True
        is_customer = user.pk == self.ticket.requester_id or user in self.watchers
        return self.event.is_public and user.is_active and is_customer


def load_situations(events: Sequence[TicketEvent]) -> list[Situation]:
    """Two queries, whatever the number of events; these come with ticket, requester, assignee and team loaded."""
    tickets = {event.ticket_id: event.ticket for event in events}
    members, leads = defaultdict(list), defaultdict(list)
    memberships = TeamMembership.objects.filter(
        team__in={ticket.team_id for ticket in tickets.values()}, user__is_active=True, user__is_staff=True
    )
    for membership in memberships.select_related("user").order_by("user_id"):
        members[membership.team_id].append(membership.user)
        if membership.role == TeamMembership.Role.LEAD:
            leads[membership.team_id].append(membership.user)
    watchers = defaultdict(list)
    for watcher in Watcher.objects.filter(ticket__in=tickets).select_related("user").order_by("user_id"):
        watchers[watcher.ticket_id].append(watcher.user)
    acts: dict[tuple[object, ...], list[TicketEvent]] = defaultdict(list)
    for event in events:
        acts[_act_of(event)].append(event)
    return [
        Situation(
            event=event,
            members=members[event.ticket.team_id],
            leads=leads[event.ticket.team_id],
            watchers=watchers[event.ticket_id],
            companions=frozenset(other.kind for other in acts[_act_of(event)] if other.seq < event.seq),
        )
        for event in events
    ]


def chosen(situation: Situation, told: Iterable[Told]) -> list[Told]:
    """Each person once, for their most personal reason; without whoever acted and whoever may not see it."""
    best: dict[int, Told] = {}
    for each in sorted(told, key=lambda each: _PERSONAL_FIRST[each.reason]):
        best.setdefault(each.user.pk, each)
    return [each for each in best.values() if each.user.pk != situation.event.actor_id and situation.may_see(each.user)]


def _act_of(event: TicketEvent) -> tuple[object, ...]:
    return (event.ticket_id, event.actor_id, event.at)
