"""An automation acted: whoever it names hears of it."""

from django.utils.translation import gettext_lazy as _

from escalation.kinds import AUTOMATION_RAN
from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind


def audience(situation: Situation) -> list[Told]:
    return situation.escalated_to()


KIND = Kind(
    slug="automated",
    event_kind=AUTOMATION_RAN,
    audience=audience,
    summary=_("A look at {{ reference }} is due: {{ title }}"),
    subject=_("[{{ reference }}] Please look: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "an automation asks you to look at {{ reference }} “{{ title }}”. It is with {{ assignee }} ({{ team }})."
        "\n\n{{ deadlines }}"
    ),
    rank=4,
    staff_label=_("An automation asks you to look at a ticket"),
)
