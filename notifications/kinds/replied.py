"""A public message: the other side hears of it, and whoever follows."""

from django.utils.translation import gettext_lazy as _

from notifications.audience import Situation, Told
from notifications.kinds.kind import Kind
from tickets.events import EventKind


def audience(situation: Situation) -> list[Told]:
    """What a machine wrote is shown in the inbox and answered by no mail: two machines would never stop.

    What the helpdesk itself says is mailed: nobody wrote it, so nobody else tells the customer.
    """
    event = situation.event
    is_our_own = event.data["by_staff"] and event.actor_id is None
    by_mail = is_our_own or not event.data["automatic"]
    sides = [*situation.requester(by_mail=by_mail), *situation.assignee(by_mail=by_mail)]
    followers = [*situation.customer_watchers(by_mail=by_mail), *situation.staff_watchers(by_mail=by_mail)]
    is_unheard = not event.data["by_staff"] and not situation.assignee()
    return [*sides, *followers, *(situation.team() if is_unheard else [])]


KIND = Kind(
    slug="replied",
    event_kind=EventKind.REPLIED,
    audience=audience,
    summary=_("{{ actor }} wrote on {{ reference }}: {{ title }}"),
    subject=_("Re: [{{ reference }}] {{ title }}"),
    body=_("{{ actor }} wrote:\n\n{{ message }}"),
    rank=5,
    staff_label=_("Somebody writes on your ticket, or on one that you follow"),
)
