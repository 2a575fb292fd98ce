"""The same was asked twice: one ticket goes on, the other points to it and is closed."""

from datetime import datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import Status, check_move
from tickets.models import Ticket
from tickets.permissions import check_staff
from tickets.services.following import let_watch
from tickets.services.resolving import close_ticket, finish


class NotADuplicate(DomainError):
    code = "not_a_duplicate"
    status = 409


@in_transaction
def mark_duplicate(
    ticket: Ticket, *, of: Ticket, by: User | None, lets_follow: bool = True, at: datetime | None = None
) -> Ticket:
    """Resolve and close `ticket`, for `of` asks the same; its requester follows that one, if `lets_follow`.

    When `of` is a duplicate itself, its original is meant. Raises NotADuplicate where that would lead in a circle.
    """
    ticket, original = _lock_both(ticket, of)
    check_staff(ticket, by)
    check_staff(original, by)
    if ticket.duplicate_of_id == original.pk:
        return ticket
    if original.pk == ticket.pk:
        raise NotADuplicate(_("A ticket cannot be a duplicate of itself, nor of one of its own duplicates."))
    if ticket.status == Status.CLOSED:
        check_move(ticket.status, Status.CLOSED)
    at = at or now()
    ticket.duplicate_of = original
    ticket.save(update_fields=["duplicate_of"])
    found = record(ticket, EventKind.DUPLICATED, actor=by, at=at, data={"of": original.number})
    if ticket.status != Status.RESOLVED:
        finish(ticket, by=by, at=at, cause=Cause.DUPLICATE, caused_by=found)
    ticket = close_ticket(ticket, by=None, cause=Cause.DUPLICATE, caused_by=found, at=at)
    if lets_follow and ticket.requester_id != original.requester_id:
        let_watch(original, ticket.requester_id, by=by, cause=Cause.DUPLICATE, caused_by=None, at=at)
    return ticket


def is_stranger_to(ticket: Ticket, *, of: Ticket) -> bool:
    """Whether following `of` would show the requester a conversation of people whom they have nothing to do with."""
    if ticket.requester_id == of.requester_id:
        return False
    return ticket.organisation_id is None or ticket.organisation_id != of.organisation_id


def _lock_both(ticket: Ticket, of: Ticket) -> tuple[Ticket, Ticket]:
    """The ticket and the original behind `of`, locked by ascending id as everywhere."""
    while True:
        original = _original_of(of.pk)
        rows = {pk: Ticket.objects.lock(pk) for pk in sorted({ticket.pk, original})}
        # Between looking and locking it may have become a duplicate of yet another.
        if rows[original].duplicate_of_id is None:
            return rows[ticket.pk], rows[original]


def _original_of(pk: int) -> int:
    while True:
        above = Ticket.objects.values_list("duplicate_of", flat=True).get(pk=pk)
        if above is None:
            return pk
        pk = above
