"""A level fired: whoever it names hears of it."""

from django.utils.translation import gettext_lazy as _

from escalation.kinds import ESCALATION_RAISED
from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from notifications.urgency import URGENT_LEVEL
from tickets.models import Ticket, TicketEvent


def audience(situation: Situation) -> list[Told]:
    return situation.escalated_to()


def is_texted(event: TicketEvent, _ticket: Ticket) -> bool:
    return event.data["level"] >= URGENT_LEVEL


KIND = Kind(
    slug="escalated",
    event_kind=ESCALATION_RAISED,
    audience=audience,
    summary=_("{{ reference }} was escalated to level {{ level }}: {{ title }}"),
    subject=_("[{{ reference }}] Level {{ level }}: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "{{ reference }} “{{ title }}” was escalated to level {{ level }} ({{ policy }}). It is with {{ assignee }} ({{ team }})."
        "\n\n{{ deadlines }}"
    ),
    rank=8,
    staff_label=_("A ticket is escalated to you"),
    is_texted=is_texted,
)
