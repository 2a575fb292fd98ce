"""Watchers and tags: who follows a ticket without being responsible, and under which words it is filed."""

from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import InvalidInput
from helpdesk.core.text import single_line
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.models import Tag, Ticket, TicketEvent, Watcher
from tickets.permissions import check_staff

MAX_TAG_LENGTH = 50


@in_transaction
def add_watcher(
    ticket: Ticket,
    *,
    user: User,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Let somebody follow the ticket, staff or customer. Adding twice changes nothing and records nothing."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    let_watch(ticket, user.pk, by=by, cause=cause, caused_by=caused_by, at=at or now())
    return ticket


@in_transaction
def remove_watcher(ticket: Ticket, *, user: User, by: User | None, at: datetime | None = None) -> Ticket:
    """Staff may take anybody off; everybody may take themselves off."""
    ticket = Ticket.objects.lock(ticket.pk)
    if by != user:
        check_staff(ticket, by)
    removed, _by_model = Watcher.objects.filter(ticket=ticket, user=user).delete()
    if removed:
        record(ticket, EventKind.WATCHER_REMOVED, actor=by, at=at, data={"user": user.pk})
    return ticket


@in_transaction
def add_tag(
    ticket: Ticket,
    *,
    name: str,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Raises InvalidInput for an empty or overlong name."""
    name = tag_name(name)
    if not name or len(name) > MAX_TAG_LENGTH:
        raise InvalidInput({"tag": [_("A tag has 1 to %(most)s characters.") % {"most": MAX_TAG_LENGTH}]})
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    tag, _created = Tag.objects.get_or_create(name=name)
    if not ticket.tags.filter(pk=tag.pk).exists():
        ticket.tags.add(tag)
        record(ticket, EventKind.TAGGED, actor=by, cause=cause, caused_by=caused_by, at=at, data={"tag": tag.pk})
    return ticket


@in_transaction
def remove_tag(
    ticket: Ticket,
    *,
    name: str,
    by: User | None,
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Ticket:
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    tag = ticket.tags.filter(name=tag_name(name)).first()
    if tag is not None:
        ticket.tags.remove(tag)
        record(ticket, EventKind.UNTAGGED, actor=by, cause=cause, caused_by=caused_by, at=at, data={"tag": tag.pk})
    return ticket


def tag_name(name: str) -> str:
    """Tags tell upper from lower case apart no more than people do."""
    return single_line(name).lower()


def let_watch(
    ticket: Ticket, user_id: int, *, by: User | None, cause: str, caused_by: TicketEvent | None, at: datetime
) -> None:
    """Add a watcher to a locked ticket, once."""
    _watcher, is_new = Watcher.objects.get_or_create(ticket=ticket, user_id=user_id)
    if is_new:
        data = {"user": user_id}
        record(ticket, EventKind.WATCHER_ADDED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)
