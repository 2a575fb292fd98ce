"""The load board: a column an agent with what they have to do, and tickets that can be moved from one to another."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _

from teams.availability import Availability, load_availability
from teams.models import AgentProfile, Team, TeamMembership, User
from tickets.assignment.effort import EIGHTHS, effort_of
from tickets.console.leading.door import LeadView
from tickets.models import AgentLoad, Ticket
from tickets.models.ticket import number_from
from tickets.services.assigning import assign_ticket

MOST_CARDS = 12
_DEFAULT_CAPACITY = AgentProfile._meta.get_field("capacity").default


@dataclass(slots=True)
class Column:
    """`person` is None for what nobody has. Load and capacity are in units, over all of the person's teams."""

    person: User | None
    load: float = 0
    capacity: float = 0
    presence: str = ""
    cards: list[Ticket] = field(default_factory=list)
    further: int = 0

    @property
    def percent(self) -> int:
        return min(100, round(100 * self.load / self.capacity)) if self.capacity else 0

    @property
    def is_full(self) -> bool:
        return self.person is not None and self.load >= self.capacity


class LoadBoardView(LeadView):
    tool, template = "load_board", "console/leading/board.html"
    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest) -> HttpResponse:
        columns = columns_of(self.team)
        people = [column.person for column in columns if column.person is not None]
        return self.show({"title": _("Load board"), "columns": columns, "people": people})

    def post(self, request: HttpRequest) -> HttpResponse:
        """One ticket to one agent of the team, as by hand."""
        number = number_from(request.POST.get("ticket", ""))
        theirs = Ticket.objects.visible_to(self.reader).filter(team=self.team)
        ticket = None if number is None else theirs.filter(number=number).first()
        member = TeamMembership.objects.filter(team=self.team, user=_key(request.POST.get("to", ""))).first()
        if ticket is None or member is None:
            raise Http404
        ticket = assign_ticket(ticket, to=member.user, team=self.team, by=self.reader)
        values = {"ticket": ticket.reference, "person": member.user}
        return self.done(_("%(person)s has %(ticket)s now.") % values)


def columns_of(team: Team) -> list[Column]:
    """What nobody has first, then the agents by name. Eight queries, whatever their number."""
    at = now()
    members = TeamMembership.objects.filter(team=team, user__is_active=True, user__is_staff=True)
    people = [row.user for row in members.select_related("user__agent_profile").order_by("user__full_name")]
    loads = dict(AgentLoad.objects.filter(agent__in=people).values_list("agent", "load_eighths"))
    availability = load_availability(people, as_of=at)
    columns = {
        person.pk: Column(
            person,
            loads.get(person.pk, 0) / EIGHTHS,
            getattr(getattr(person, "agent_profile", None), "capacity", _DEFAULT_CAPACITY),
            _presence(availability[person.pk]),
        )
        for person in people
    }
    nobody = Column(None)
    for holder, tickets in _by_holder(team).items():
        column = nobody if holder is None else columns.get(holder)
        if column is not None:
            column.cards, column.further = tickets[:MOST_CARDS], max(0, len(tickets) - MOST_CARDS)
    nobody.load = sum(effort_of(ticket.priority) for ticket in nobody.cards) / EIGHTHS
    return [nobody, *columns.values()] if nobody.cards else list(columns.values())


def _by_holder(team: Team) -> dict[int | None, list[Ticket]]:
    rows: Iterable[Ticket] = (
        Ticket.objects.unresolved().filter(team=team).select_related("requester").order_by("next_due_at", "pk")[:1000]
    )
    found: dict[int | None, list[Ticket]] = defaultdict(list)
    for ticket in rows:
        found[ticket.assignee_id].append(ticket)
    return found


def _presence(availability: Availability) -> str:
    at = now()
    if availability.is_absent(at):
        return _("absent")
    return _("at work") if availability.is_on_shift(at) else _("not at work")


def _key(value: str) -> int:
    return int(value) if value.isascii() and value.isdecimal() and len(value) <= 9 else 0
