"""Staff opened a ticket by writing first: the requester gets their words, where others get a receipt."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    return situation.requester() if situation.event.data["by_staff"] else []


KIND = Kind(
    slug="contacted",
    event_kind=EventKind.OPENED,
    audience=audience,
    summary=_("{{ actor }} wrote to you: {{ title }} ({{ reference }})"),
    subject=_("[{{ reference }}] {{ title }}"),
    body=_("{{ actor }} wrote:\n\n{{ message }}"),
    rank=5,
)
