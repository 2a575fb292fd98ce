"""The requester hears that the ticket waits for them, unless the reply that asked says so itself."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from teams.models import User
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    by_mail = EventKind.REPLIED not in situation.companions
    return situation.requester(by_mail=by_mail)


def outdated(_event: TicketEvent, ticket: Ticket, _recipient: User) -> str:
    return "" if ticket.status == Status.PENDING_CUSTOMER else "no_longer_waiting"


KIND = Kind(
    slug="pending",
    event_kind=EventKind.PENDED,
    audience=audience,
    summary=_("{{ reference }} waits for your answer: {{ title }}"),
    subject=_("[{{ reference }}] We need something from you: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "to go on with “{{ title }}” ({{ reference }}) we need an answer from you. Until then it waits."
    ),
    rank=3,
    outdated=outdated,
)
