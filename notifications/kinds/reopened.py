"""It is taken up again: the requester hears of it, and whoever has it."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    """The message that reopened it has been told already, by the reply."""
    by_mail = EventKind.REPLIED not in situation.companions
    return [*situation.requester(by_mail=by_mail), *situation.assignee(by_mail=by_mail)]


KIND = Kind(
    slug="reopened",
    event_kind=EventKind.REOPENED,
    audience=audience,
    summary=_("{{ reference }} is open again: {{ title }}"),
    subject=_("[{{ reference }}] Open again: {{ title }}"),
    body=_("Hello {{ recipient }},\n\n“{{ title }}” is open again. {{ promise }}"),
    rank=2,
    staff_label=_("Your ticket is open again"),
)
