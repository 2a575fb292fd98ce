"""A promise is broken: the assignee and the lead hear of it. A breach is final, so this never goes out of date."""

from django.utils.translation import gettext_lazy as _

from escalation.kinds import SLA_BREACHED
from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind


def audience(situation: Situation) -> list[Told]:
    return [*situation.assignee(), *situation.team_leads()]


KIND = Kind(
    slug="breached",
    event_kind=SLA_BREACHED,
    audience=audience,
    summary=_("{{ metric }} of {{ reference }} is overdue: {{ title }}"),
    subject=_("[{{ reference }}] Overdue: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "the {{ metric }} of {{ reference }} “{{ title }}” is overdue. It is with {{ assignee }} ({{ team }})."
    ),
    rank=7,
    staff_label=_("A promise is broken"),
)
