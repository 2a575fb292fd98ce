"""The requester hears that it arrived, who has it and when they answer; the team sees it in the inbox."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    """Who asks wants to know that it arrived. Whoever already has the ticket is told that it is theirs, not this."""
    assigned = {told.user.pk for told in situation.assignee()}
    team = [told for told in situation.team() if told.user.pk not in assigned]
    receipt = [] if situation.event.data["by_staff"] else situation.requester(is_receipt=True)
    return [*receipt, *team]


KIND = Kind(
    slug="opened",
    event_kind=EventKind.OPENED,
    audience=audience,
    summary=_("{{ requester }} opened {{ reference }}: {{ title }}"),
    subject=_("[{{ reference }}] {{ title }}"),
    body=_(
        "Hello {{ recipient }},\n\n"
        "we have received your request “{{ title }}” and filed it as {{ reference }}.\n\n"
        "{{ promise }}"
    ),
    rank=1,
    staff_label=_("A ticket is opened in your team"),
    is_mailed_to_staff=False,
)
