"""The requester hears that it is done, and how to say that it is not."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from teams.models import User
from tickets.events import EventKind
from tickets.lifecycle import UNRESOLVED
from tickets.models import Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    return [
        *situation.requester(),
        *situation.customer_watchers(),
        *situation.assignee(by_mail=False),
    ]


def outdated(_event: TicketEvent, ticket: Ticket, _recipient: User) -> str:
    return "reopened" if ticket.status in UNRESOLVED else ""


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
)
