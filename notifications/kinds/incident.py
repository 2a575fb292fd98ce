"""Several people report much the same: the leads hear of it once, instead of once a ticket."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    return situation.team_leads()


KIND = Kind(
    slug="incident",
    event_kind=EventKind.INCIDENT_SUSPECTED,
    audience=audience,
    summary=_("Looks like one incident: {{ reference }} and others, “{{ title }}”"),
    subject=_("[{{ reference }}] Looks like one incident: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "several people report much the same in a short time, first {{ reference }} “{{ title }}” ({{ team }}). "
        "Say on its page whether it is one incident: then one update answers all."
    ),
    rank=6,
    staff_label=_("Several tickets look like one incident"),
)
