"""Who should hear of a fact, and why they in particular. Pure once the people of a batch are loaded."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from escalation.audience import people_in_each
from escalation.kinds import AUTOMATION_RAN, ESCALATION_RAISED
from teams.models import TeamMembership, User
from tickets.models import IncidentTicket, Ticket, TicketEvent, Watcher


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
    """One person, why they, and whether a message goes out besides the row in their inbox.

    Nobody is told of what they did themselves, unless it is a receipt.
    """

    user: User
    reason: Reason
    by_mail: bool = True
    is_receipt: bool = False


@dataclass(frozen=True, slots=True)
class Situation:
    """A fact and the people around its ticket, as they are when the relay handles it."""

    event: TicketEvent
    members: Sequence[User]
    leads: Sequence[User]
    watchers: Sequence[User]
    # Who is behind the roles that an escalation names.
    named: Mapping[str, Sequence[User]] = field(default_factory=dict)
    # What came before in the same act: the same person, the same instant.
    companions: frozenset[str] = frozenset()
    # Linked to an incident whose first ticket speaks for all: leads hear of that one only.
    is_told_elsewhere: bool = False

    @property
    def ticket(self) -> Ticket:
        return self.event.ticket

    def requester(self, *, by_mail: bool = True, is_receipt: bool = False) -> list[Told]:
        return [Told(self.ticket.requester, Reason.REQUESTER, by_mail, is_receipt)]

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
        return [Told(user, Reason.LEAD) for user in self.leads] if not self.is_told_elsewhere else []

    def escalated_to(self) -> list[Told]:
        return [Told(user, Reason.ESCALATION) for users in self.named.values() for user in users]

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
    """A fixed number of queries; the events come with ticket, requester, assignee and team loaded."""
    tickets = {event.ticket_id: event.ticket for event in events}
    members, leads = defaultdict(list), defaultdict(list)
    memberships = TeamMembership.objects.filter(
        team__in={ticket.team_id for ticket in tickets.values()}, user__is_active=True, user__is_staff=True
    )
    for membership in memberships.select_related("user").order_by("user_id"):
        members[membership.team_id].append(membership.user)
        if membership.role == TeamMembership.Role.LEAD:
            leads[membership.team_id].append(membership.user)
    linked = IncidentTicket.objects.filter(ticket__in=tickets, linked_at__isnull=False)
    elsewhere = set(linked.exclude(incident__parent=F("ticket")).values_list("ticket", flat=True))
    watchers = defaultdict(list)
    for watcher in Watcher.objects.filter(ticket__in=tickets).select_related("user").order_by("user_id"):
        watchers[watcher.ticket_id].append(watcher.user)
    acts: dict[tuple[object, ...], list[TicketEvent]] = defaultdict(list)
    for event in events:
        acts[_act_of(event)].append(event)
    roles = {event.pk: _roles_in(event) for event in events}
    asked = [(event.ticket, who) for event in events for who in roles[event.pk]]
    people = people_in_each(asked) if asked else {}
    return [
        Situation(
            event=event,
            members=members[event.ticket.team_id],
            leads=leads[event.ticket.team_id],
            watchers=watchers[event.ticket_id],
            named={who: people[event.ticket_id, who] for who in roles[event.pk]},
            companions=frozenset(other.kind for other in acts[_act_of(event)] if other.seq < event.seq),
            is_told_elsewhere=event.ticket_id in elsewhere,
        )
        for event in events
    ]


def chosen(situation: Situation, told: Iterable[Told]) -> list[Told]:
    """Each person once, for their most personal reason; without whoever acted and whoever may not see it."""
    best: dict[int, Told] = {}
    for each in sorted(told, key=lambda each: _PERSONAL_FIRST[each.reason]):
        best.setdefault(each.user.pk, each)
    actor = situation.event.actor_id
    return [
        each for each in best.values() if (each.is_receipt or each.user.pk != actor) and situation.may_see(each.user)
    ]


def _roles_in(event: TicketEvent) -> Sequence[str]:
    return event.data["audience"] if event.kind in (ESCALATION_RAISED, AUTOMATION_RAN) else ()


def _act_of(event: TicketEvent) -> tuple[object, ...]:
    return (event.ticket_id, event.actor_id, event.at)
