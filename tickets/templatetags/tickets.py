"""Badges, faces, clocks and times: how a ticket and its people look, on customer pages and in the console alike."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core import spans
from helpdesk.core.templatetags.look import icon
from teams.models import User
from teams.pictures import picture_address
from tickets.lifecycle import Status
from tickets.models import Priority, Ticket
from tickets.promise import next_promise

register = template.Library()

# A shape for each, so that colour never speaks alone.
_STATUS_ICONS = {
    Status.OPEN: "circle-dashed",
    Status.ASSIGNED: "circle-user",
    Status.IN_PROGRESS: "circle-dot",
    Status.PENDING_CUSTOMER: "circle-pause",
    Status.RESOLVED: "circle-check",
    Status.CLOSED: "archive",
}
_PRIORITY_ICONS = {
    Priority.LOW: "signal-low",
    Priority.MEDIUM: "signal-medium",
    Priority.HIGH: "signal-high",
    Priority.CRITICAL: "flame",
}
_FACE_HUES = 8


@register.simple_tag
def status_badge(ticket: Ticket) -> SafeString:
    return status_value_badge(ticket.status)


@register.simple_tag
def status_value_badge(value: str) -> SafeString:
    """The same for a status without a ticket, as filters and charts have it."""
    status = Status(value)
    return format_html(
        '<span class="badge" data-status="{}">{}{}</span>', status.value, icon(_STATUS_ICONS[status]), status.label
    )


@register.simple_tag
def priority_badge(ticket: Ticket) -> SafeString:
    return priority_value_badge(ticket.priority)


@register.simple_tag
def priority_value_badge(value: int) -> SafeString:
    priority = Priority(value)
    return format_html(
        '<span class="badge" data-priority="{}">{}{}</span>',
        priority.slug,
        icon(_PRIORITY_ICONS[priority]),
        priority.label,
    )


@register.simple_tag
def clock(ticket: Ticket) -> SafeString:
    """What is left of the promise that comes due next. Empty when none runs."""
    if ticket.status == Status.PENDING_CUSTOMER and ticket.next_due_at is None:
        return format_html('<span class="clock" data-clock="paused">{}</span>', _("Paused"))
    if not ticket.is_unresolved or ticket.next_due_at is None:
        return SafeString()
    return countdown(ticket.next_due_at, ticket.next_warning_at, next_promise(ticket))


@register.simple_tag
def due_next(ticket: Ticket) -> str:
    return next_promise(ticket)


@register.simple_tag
def countdown(due_at: datetime, warns_at: datetime | None = None, what: str = "") -> SafeString:
    """A deadline that ticks: green, amber from `warns_at` on, red when it has passed, each with a word. `what` is due."""
    at = now()
    state = "breached" if due_at <= at else "warning" if warns_at is not None and warns_at <= at else "ok"
    words = {"ok": _("{} left"), "warning": _("At risk, {} left"), "breached": _("{} late")}
    return format_html(
        '<time class="clock" datetime="{}" data-countdown data-warns-at="{}" data-clock="{}" title="{}"'
        ' data-words-ok="{}" data-words-warning="{}" data-words-breached="{}" data-units="{}">{}</time>',
        due_at.isoformat(),
        warns_at.isoformat() if warns_at is not None else "",
        state,
        f"{what}: {spans.absolute(due_at)}" if what else spans.absolute(due_at),
        words["ok"],
        words["warning"],
        words["breached"],
        spans.units(),
        words[state].format(spans.span(abs((due_at - at).total_seconds()))),
    )


@register.simple_tag
def when(instant: datetime | None) -> SafeString:
    """ "5 minutes ago", kept fresh in the page, with the full instant as its title."""
    if instant is None:
        return SafeString()
    return format_html(
        '<time datetime="{}" data-relative title="{}">{}</time>',
        instant.isoformat(),
        spans.absolute(instant),
        spans.relative(instant, at=now()),
    )


@register.simple_tag
def avatar(person: User | None, size: str = "") -> SafeString:
    """A face: their picture, else initials on a colour of their own. Decoration: the name stands beside it. `size`: small, large."""
    sized = f" face-{size}" if size else ""
    if person is None:
        return format_html('<span class="face face-nobody{}" aria-hidden="true"></span>', sized)
    if person.picture:
        return format_html('<img class="face{}" src="{}" alt="">', sized, picture_address(person))
    return format_html(
        '<span class="face face-hue-{}{}" aria-hidden="true">{}</span>',
        (person.pk or 0) % _FACE_HUES,
        sized,
        initials(person.get_full_name()),
    )


def initials(name: str) -> str:
    """ "AH" for Amir Haddad, "RK" for rosa.keller@uni.example."""
    words = [word for word in name.partition("@")[0].replace(".", " ").replace("_", " ").split() if word[0].isalnum()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0] for word in ends).upper() or "?"
