"""The requester hears that it is done, and how to say that it is not."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from teams.models import User
from tickets.events import Cause, EventKind
from tickets.lifecycle import UNRESOLVED
from tickets.models import Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    """A duplicate is not resolved, it goes on elsewhere: its requester is told that instead."""
    if situation.event.cause == Cause.DUPLICATE:
        return []
    return [
        *situation.requester(),
        *situation.customer_watchers(),
        *situation.assignee(by_mail=False),
    ]


def outdated(_event: TicketEvent, ticket: Ticket, _recipient: User) -> str:
    return "reopened" if ticket.status in UNRESOLVED else ""


def can_be_undone(event: TicketEvent) -> bool:
    return event.actor_id is not None


KIND = Kind(
    slug="resolved",
    event_kind=EventKind.RESOLVED,
    audience=audience,
    summary=_("{{ reference }} is resolved: {{ title }}"),
    subject=_("[{{ reference }}] Resolved: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "your request “{{ title }}” is resolved. Is something still missing? Tell us, and we take it up again."
    ),
    rank=4,
    outdated=outdated,
    can_be_undone=can_be_undone,
    staff_label=_("Your ticket is resolved"),
    is_mailed_to_staff=False,
)
