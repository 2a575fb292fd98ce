"""Notifications as people read them, on the inbox page and as pop-ups."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from notifications.audience import Reason
from notifications.kinds import KINDS
from notifications.models import Notification
from notifications.wording import Facts, as_read_by, line
from teams.models import User

# icon, and the tone of its colour
_LOOKS = {
    "opened": ("inbox", ""),
    "assigned": ("user-check", "accent"),
    "replied": ("message-square", ""),
    "noted": ("file-text", ""),
    "resolved": ("circle-check", "success"),
    "reopened": ("rotate-ccw", "warning"),
    "warned": ("timer", "warning"),
    "breached": ("alarm-clock", "error"),
    "escalated": ("siren", "error"),
}


@dataclass(frozen=True, slots=True)
class Row:
    pk: int
    kind: str
    reference: str
    text: str
    because: str
    at: datetime
    is_unread: bool
    url: str
    icon: str
    tone: str


def shown(notifications: Iterable[Notification], reader: User, *, at: datetime) -> list[Row]:
    """In the reader's language and zone. No queries, when `in_full` loaded them."""
    with as_read_by(reader):
        return [_row(each, reader, at) for each in notifications]


def in_full(notifications: Any) -> Any:
    relations = ("event__actor", "ticket__requester", "ticket__assignee", "ticket__team")
    return notifications.select_related(*relations).order_by("-pk")


def _row(each: Notification, reader: User, at: datetime) -> Row:
    icon, tone = _LOOKS.get(each.kind, ("bell", ""))
    return Row(
        pk=each.pk,
        kind=each.kind,
        reference=each.ticket.reference,
        text=line(KINDS[each.kind].summary, Facts(each.event, each.ticket, reader, at)),
        because=_("because %(reason)s") % {"reason": Reason(each.reason).label},
        at=each.event.at,
        is_unread=each.read_at is None,
        url=_address(each),
        icon=icon,
        tone=tone,
    )


def _address(each: Notification) -> str:
    try:
        return reverse("admin:tickets_ticket_page", args=[each.ticket.reference])
    except NoReverseMatch:
        return reverse("admin:tickets_ticket_change", args=[each.ticket_id])
