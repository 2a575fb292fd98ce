"""Who stands behind the three doors. The agent is whoever has the customer's newest request, so that the story goes on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from helpdesk.demo.accounts import demo_addresses
from helpdesk.demo.cast import DOOR_AGENT, DOOR_CUSTOMER, DOOR_LEAD, on_shift
from teams.models import TeamMembership, User
from tickets.models import Ticket

CUSTOMER, AGENT, LEAD = "customer", "agent", "lead"


@dataclass(frozen=True, slots=True)
class Door:
    slug: str
    name: Any
    says: Any
    icon: str
    person: User
    lands: str


def doors() -> list[Door]:
    """In the order of the story. A door whose person is gone is not there."""
    return list(_doors())


def newest_request() -> Ticket | None:
    """The one that the customer of the demo has opened last."""
    requests = Ticket.objects.filter(requester__email=DOOR_CUSTOMER).select_related("assignee")
    return requests.order_by("-opened_at", "-pk").first()


def _doors() -> Iterator[Door]:
    people = {user.email: user for user in User.objects.filter(email__in=demo_addresses(), is_active=True)}
    ticket = newest_request()
    open_one = ticket if ticket is not None and ticket.is_unresolved else None
    customer, agent = people.get(DOOR_CUSTOMER), _agent(open_one, people)
    lead = _lead(open_one, agent, people)
    if customer is not None:
        says = _("Ask for help, see who has it and by when they answer.")
        yield Door(CUSTOMER, _("Customer"), says, "message-square-text", customer, reverse("portal:tickets"))
    if agent is not None:
        says = _("Your own list, the clocks that tick, and one page a ticket.")
        yield Door(AGENT, _("Agent"), says, "headset", agent, reverse("admin:tickets_ticket_changelist"))
    if lead is not None:
        says = _("What slips first, who carries what, and what was promised.")
        yield Door(LEAD, _("Lead"), says, "gauge", lead, reverse("admin:index"))


def _agent(ticket: Ticket | None, people: dict[str, User]) -> User | None:
    """Else whoever would get a payment ticket now, as the first step of the tour asks for one."""
    has_it = ticket.assignee if ticket is not None else None
    working = [agent.email for agent in on_shift("payments", at=now())]
    candidates = [*([has_it.email] if has_it is not None else []), *working, DOOR_AGENT]
    return next((people[email] for email in candidates if email in people), None)


def _lead(ticket: Ticket | None, agent: User | None, people: dict[str, User]) -> User | None:
    """Whoever leads the team of that request, else of that agent: what one does is the business of the other."""
    leads = TeamMembership.objects.filter(role=TeamMembership.Role.LEAD, user__email__in=people)
    leads = leads.filter(team=ticket.team_id) if ticket is not None else leads.filter(team__memberships__user=agent)
    emails = list(leads.exclude(user=agent).order_by("user_id").values_list("user__email", flat=True))
    return people.get(DOOR_LEAD if DOOR_LEAD in emails or not emails else emails[0])
