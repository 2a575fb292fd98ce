"""The assignee hears that a promise is about to slip, while something can still be done."""

from django.utils.translation import gettext_lazy as _

from escalation.kinds import SLA_WARNED
from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from teams.models import User
from tickets.models import Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    return situation.assignee()


def outdated(_event: TicketEvent, ticket: Ticket, recipient: User) -> str:
    if ticket.assignee_id != recipient.pk:
        return "assignee_changed"
    return "" if ticket.next_due_at is not None else "nothing_due"


KIND = Kind(
    slug="warned",
    event_kind=SLA_WARNED,
    audience=audience,
    summary=_("{{ metric }} of {{ reference }} is due soon: {{ title }}"),
    subject=_("[{{ reference }}] Due soon: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\nthe {{ metric }} of {{ reference }} “{{ title }}” is due soon.\n\n{{ deadlines }}"
    ),
    rank=6,
    outdated=outdated,
    staff_label=_("A promise of yours is due soon"),
)
