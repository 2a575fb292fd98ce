"""A message, ready to be handed to a channel: words, links and why the recipient gets it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from notifications.audience import Reason
from notifications.kinds import KINDS
from notifications.models import Delivery, Notification
from notifications.wording import Facts, as_read_by, line, written
from teams.models import User
from tickets.links import link_to
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Composed:
    """`delivery` and `thread` are ids that stay the same when it is sent again."""

    delivery: UUID
    thread: UUID
    to: User
    subject: str
    text: str
    because: str
    link: str
    link_label: str
    stop_link: str = ""


def compose(delivery: Delivery, notifications: Sequence[Notification], *, at: datetime) -> Composed:
    """One message about one or more facts of one ticket: the most important one gives the subject, all have their words."""
    recipient = delivery.recipient
    chief = max(notifications, key=lambda row: KINDS[row.kind].rank)
    with as_read_by(recipient):
        texts = [
            written(KINDS[row.kind].body, Facts(row.event, row.ticket, recipient, at)).strip() for row in notifications
        ]
        link, label = _link(recipient, chief.ticket, at=at)
        return Composed(
            delivery=delivery.pk,
            thread=chief.ticket.public_id,
            to=recipient,
            subject=line(KINDS[chief.kind].subject, Facts(chief.event, chief.ticket, recipient, at)),
            text="\n\n".join(dict.fromkeys(texts)),
            because=_("You receive this because %(reason)s.") % {"reason": Reason(chief.reason).label},
            link=link,
            link_label=label,
            stop_link=_stop_link(recipient, chief.ticket, at=at),
        )


def _link(recipient: User, ticket: Ticket, *, at: datetime) -> tuple[str, str]:
    """Customers get a link that lets them in. Staff sign in: to the console, or to what they asked for themselves."""
    if not recipient.is_staff:
        return link_to(ticket, recipient, at=at), _("Read and answer")
    if ticket.requester_id == recipient.pk:
        return settings.SITE_URL + reverse("portal:ticket", args=[ticket.public_id]), _("Read and answer")
    return settings.SITE_URL + reverse("admin:tickets_ticket_change", args=[ticket.pk]), _("Open the ticket")


def _stop_link(recipient: User, ticket: Ticket, *, at: datetime) -> str:
    """For customers who only follow. Who asked hears the answer; staff have their preferences."""
    if recipient.is_staff or ticket.requester_id == recipient.pk:
        return ""
    return f"{link_to(ticket, recipient, at=at)}stop/"
