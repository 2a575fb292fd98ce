"""The assignee hears that a ticket is theirs. Not while it is only reserved, and not when it has moved on since."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from teams.models import User
from tickets.events import EventKind
from tickets.models import Priority, Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    """Whoever this very event names, if they still have it."""
    data = situation.event.data
    if data["starts_at"] is not None or data["assignee"]["after"] != situation.ticket.assignee_id:
        return []
    return situation.assignee()


def outdated(_event: TicketEvent, ticket: Ticket, recipient: User) -> str:
    """Two people must never both be told "it is yours"."""
    return "" if ticket.assignee_id == recipient.pk else "assignee_changed"


def can_be_undone(event: TicketEvent) -> bool:
    """By hand. A critical ticket waits for no second thoughts."""
    return event.actor_id is not None and event.data["rung"] == "manual" and event.ticket.priority != Priority.CRITICAL


def is_texted(_event: TicketEvent, ticket: Ticket) -> bool:
    return ticket.priority == Priority.CRITICAL


KIND = Kind(
    slug="assigned",
    event_kind=EventKind.ASSIGNED,
    audience=audience,
    summary=_("{{ reference }} is yours: {{ title }}"),
    subject=_("[{{ reference }}] Yours: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "{{ reference }} “{{ title }}” by {{ requester }} is yours now ({{ priority }} priority, {{ team }}).\n\n"
        "{{ deadlines }}"
    ),
    rank=4,
    outdated=outdated,
    can_be_undone=can_be_undone,
    staff_label=_("A ticket becomes yours"),
    is_texted=is_texted,
)
