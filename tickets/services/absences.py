"""Somebody is set absent: first what would move and to whom, then it moves."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Subquery
from django.utils.timezone import now

from helpdesk.core.configuration import held_versions
from teams.availability import Availability
from teams.models import Absence, User
from teams.services.absences import begin_absence
from tickets.assignment.facts import Needs
from tickets.assignment.roster import Person, load_people
from tickets.events import Cause
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet
from tickets.services.foreseeing import ForeseenDesk
from tickets.services.handing_over import hand_over_from, tickets_that_leave, with_covered_teams
from tickets.services.needing import needs_of_many
from tickets.services.routing import active_teams

MOST_FORESEEN = 100


@dataclass(frozen=True, slots=True)
class Move:
    """`to` is None for a ticket that nobody who works now can take: it stays."""

    ticket: Ticket
    to: User | None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """`staying` counts what is not due before the person is back, `further` what was not looked at any more."""

    back_at: datetime | None
    moves: Sequence[Move]
    staying: int
    further: int


def set_absent(
    person: User, *, until: datetime, by: User | None, reason: str = "", at: datetime | None = None
) -> Absence:
    """Away from now on, and what is due meanwhile moves at once. Should that be interrupted, the sweep goes on."""
    at = at or now()
    absence = begin_absence(person, until=until, by=by, reason=reason, at=at)
    hand_over_from(person, as_of=at)
    return absence


@held_versions()
def foresee_absence(person: User, *, until: datetime, at: datetime) -> Foreseen:
    """What `set_absent` would do now, by the same decision. Writes and locks nothing; queries don't grow with tickets."""
    people = load_people(active_teams(), at=at)
    own = next((each.availability for each in people if each.user.pk == person.pk), Availability(None))
    back_at = replace(own, absences=tuple(sorted([*_after(own, at), (at, until)]))).next_start(at)
    leaving = tickets_that_leave(person, Cause.ABSENCE, back_at)
    found = list(_with_familiar(leaving).select_related("team__calendar")[: MOST_FORESEEN + 1])
    total = len(found) if len(found) <= MOST_FORESEEN else leaving.count()
    having = Ticket.objects.actionable().filter(assignee=person, assignment_starts_at=None).count()
    shown = found[:MOST_FORESEEN]
    moves = _Simulation(person, people, at).run(shown) if shown else []
    return Foreseen(back_at, moves, staying=having - total, further=total - len(shown))


class _Simulation:
    """Tickets leave one after another, and each that moved weighs on whoever got it."""

    def __init__(self, leaver: User, people: Sequence[Person], at: datetime) -> None:
        self.leaver = leaver
        self.people = people
        self.at = at
        self.desk = ForeseenDesk(people, at=at)
        self.moved: dict[int, int] = {}

    def run(self, tickets: Sequence[Ticket]) -> list[Move]:
        working = with_covered_teams(
            team
            for person in self.people
            if person.user.pk != self.leaver.pk and person.availability.is_on_shift(self.at)
            for team in person.teams
        )
        users = {person.user.pk: person.user for person in self.people}
        moves = []
        for ticket, needs in zip(tickets, needs_of_many(tickets, excluded={self.leaver.pk}, at=self.at), strict=True):
            winner = self._winner(ticket, needs) if ticket.team_id in working else None
            moves.append(Move(ticket, None if winner is None else users[winner]))
        return moves

    def _winner(self, ticket: Ticket, needs: Needs) -> int | None:
        familiar = self.moved.get(ticket.familiar_ticket, ticket.familiar_agent)  # type: ignore[attr-defined]
        decision = self.desk.decide(ticket, needs, familiar=familiar)
        if decision.winner is None or decision.starts_at is not None:
            return None
        self.desk.take(ticket, self.leaver.pk, needs.effort)
        self.desk.give(ticket, decision.winner, needs.effort)
        self.moved[ticket.pk] = decision.winner
        return decision.winner


def _with_familiar(tickets: TicketQuerySet) -> TicketQuerySet:
    """With the requester's last other ticket that somebody has, and who that is."""
    earlier = Ticket.objects.filter(requester=OuterRef("requester"), assignee__isnull=False)
    last = earlier.exclude(pk=OuterRef("pk")).order_by("-id")
    return tickets.annotate(
        familiar_ticket=Subquery(last.values("pk")[:1]), familiar_agent=Subquery(last.values("assignee")[:1])
    )


def _after(availability: Availability, at: datetime) -> list[tuple[datetime, datetime]]:
    """Absences that are still to come: one that runs now ends when the new one does."""
    return [stretch for stretch in availability.absences if stretch[0] > at]
