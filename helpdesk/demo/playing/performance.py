"""One ticket while it is played: its row, its promises, and how far its script has come."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from escalation.models import Clock, Escalation, EscalationLevel
from helpdesk.demo.script import Script
from teams.models import User
from tickets.assignment.facts import Needs
from tickets.models import Prediction, Priority, Ticket, TicketEvent


@dataclass(slots=True, eq=False)
class Timer:
    """A level that waits. Most are dropped again: only what is left in the end becomes a row."""

    level: EscalationLevel
    clock: Clock
    due_at: datetime

    @property
    def episode(self) -> str:
        return f"clock:{self.clock.pk}"


@dataclass(slots=True)
class Performance:
    script: Script
    ticket: Ticket
    needs: Needs
    delays: list[timedelta] = field(default_factory=list)
    position: int = 0
    clocks: list[Clock] = field(default_factory=list)
    timers: list[Timer] = field(default_factory=list)
    escalations: list[Escalation] = field(default_factory=list)
    watchers: list[User] = field(default_factory=list)
    tags: set[str] = field(default_factory=set)
    # Recorded in this act, and told to nobody yet.
    fresh: list[TicketEvent] = field(default_factory=list)
    prediction: Prediction | None = None
    # Broken by a change, and not recorded yet.
    broken: list[Clock] = field(default_factory=list)
    # An alarm that was set before the last change rings for nobody.
    alarm: int = 0

    def clocks_of(self, *metrics: str) -> list[Clock]:
        return [clock for clock in self.clocks if clock.metric in metrics]

    def facts(self) -> dict[str, frozenset[str]]:
        """As `escalation.matching.facts_of` reads them from the database."""
        ticket = self.ticket
        return {
            "category": _names([ticket.category.slug] if ticket.category else ()),
            "priority": _names([Priority(ticket.priority).slug]),
            "team": _names([ticket.team.slug]),
            "organisation": _names([ticket.organisation.name] if ticket.organisation else ()),
            "tag": _names(self.tags),
            "channel": _names([ticket.channel]),
            "status": _names([ticket.status]),
        }


def _names(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)
