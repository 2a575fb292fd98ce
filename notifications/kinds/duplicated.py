"""The requester hears that the same was asked before, and where it goes on."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import Cause, EventKind


def audience(situation: Situation) -> list[Told]:
    """Told of the resolution that followed: which ticket it repeats is for staff to see."""
    if situation.event.cause != Cause.DUPLICATE:
        return []
    return [*situation.requester(), *situation.assignee(by_mail=False)]


KIND = Kind(
    slug="duplicated",
    event_kind=EventKind.RESOLVED,
    audience=audience,
    summary=_("{{ reference }} goes on as {{ original }}: {{ title }}"),
    subject=_("[{{ reference }}] Goes on as {{ original }}: {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "“{{ title }}” is about something that we are working on already ({{ original }}). So that nothing is done "
        "twice, we go on there and close this one. Nothing is lost: we can see both."
    ),
    rank=3,
    staff_label=_("A ticket of yours turns out to be a duplicate"),
    is_mailed_to_staff=False,
)
