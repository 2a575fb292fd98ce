"""An internal note: the assignee and the colleagues who follow see it in the inbox. Never a mail, never a customer."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    return [*situation.assignee(by_mail=False), *situation.staff_watchers(by_mail=False)]


KIND = Kind(
    slug="noted",
    event_kind=EventKind.NOTED,
    audience=audience,
    summary=_("{{ actor }} left a note on {{ reference }}: {{ title }}"),
    subject=_("[{{ reference }}] Note: {{ title }}"),
    body=_("{{ actor }} left a note:\n\n{{ message }}"),
    staff_label=_("A colleague leaves a note"),
    is_mailed_to_staff=False,
)
