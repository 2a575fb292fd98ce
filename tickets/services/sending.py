"""Sending what was drafted: held for a moment in which it can be taken back, then out exactly once.

The row is the truth. Browser, worker and Redis may all die in between: the sweep finds what is due, and the message and
the end of its draft are committed together.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.dispatch import Signal
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError, InvalidInput
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.lifecycle import Status, check_move
from tickets.models import Channel, Draft, Message, Ticket
from tickets.permissions import check_staff, check_staff_or_requester
from tickets.services.attaching import hand_files_over
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.drafting import AlreadySent, check_author
from tickets.services.overtaking import check_not_overtaken
from tickets.services.undoing import UNDO_SECONDS
from tickets.wake_up import wake_after_commit

log = structlog.get_logger(__name__)

# A promise is not broken by the wait: what would miss its deadline goes out so long before it.
_BEFORE_DEADLINE = timedelta(seconds=2)
# What has failed without a reason for so long goes back to its author, who would wait for ever otherwise.
_GIVES_UP_AFTER = timedelta(minutes=5)

# Sent after the commit with `draft`: it did not go out, and is a draft again.
draft_held = Signal()


@in_transaction
def send_draft(draft: Draft, *, by: User, then: str = AfterSending.SEND, at: datetime | None = None) -> Draft:
    """Let a draft go out: a note at once, a reply in UNDO_SECONDS, so that `undo_sending` can take it back.

    Raises Overtaken, NotPermitted or IllegalMove now when it would be held back then. Sending twice changes nothing.
    """
    check_author(draft, by)
    ticket = Ticket.objects.lock(draft.ticket_id)
    found = Draft.objects.select_for_update().filter(pk=draft.pk).first()
    if found is None:
        raise AlreadySent(_("This has been sent already, or thrown away in another window."))
    if found.send_at is not None:
        return found
    at = at or now()
    _check_sendable(found, ticket, by)
    found.held_because = found.held_code = ""
    found.then, found.updated_at = AfterSending(then), at
    found.send_at = at if found.is_internal else _goes_out_at(ticket, at)
    found.save()
    if found.is_internal:
        found.sent = _send(found, ticket, at)
    else:
        wait = (found.send_at - at).total_seconds()
        wake_after_commit("tickets.tasks.send_drafts", queue="pulse", countdown=wait)
    return found


@in_transaction
def undo_sending(draft: Draft, *, by: User) -> Draft:
    """Take it back: a draft again. What was written meanwhile is put below it. Raises AlreadySent when it is out."""
    check_author(draft, by)
    mine = Draft.objects.filter(ticket=draft.ticket_id, author=by, is_internal=draft.is_internal)
    rows = {row.pk: row for row in mine.order_by("pk").select_for_update()}
    found = rows.get(draft.pk)
    if found is None:
        raise AlreadySent(_("It is too late to take it back: the message has been sent."))
    if found.send_at is not None:
        _return(found, [row for row in rows.values() if row.send_at is None])
    return found


def send_due_drafts(*, as_of: datetime, limit: int = 200) -> int:
    """The sweep: what has been held for long enough goes out. Returns how many did."""
    due = Draft.objects.filter(send_at__lte=as_of).order_by("send_at")
    return sum(_send_due(pk, as_of) for pk in list(due.values_list("pk", flat=True)[:limit]))


def _send_due(pk: int, as_of: datetime) -> int:
    """One, in a transaction of its own. What a rule refuses is given back; any other failure is tried again."""
    try:
        return _send_or_return(pk, as_of)
    except Exception as error:
        log.error("draft.failed", draft_id=pk, exc_info=error)
        return _give_up(pk, as_of)


@in_transaction
def _send_or_return(pk: int, as_of: datetime) -> int:
    """Ticket first, then the draft: whoever waited for another sender, or for an undo, finds nothing due any more."""
    ticket = Ticket.objects.filter(drafts=pk).first()
    if ticket is None:
        return 0
    ticket = Ticket.objects.lock(ticket.pk)
    draft = _claimed(pk, as_of)
    if draft is None:
        return 0
    try:
        with transaction.atomic():
            _send(draft, ticket, as_of)
    except DomainError as refusal:
        _hold_back(draft, code=refusal.code, refusal=refusal)
        return 0
    return 1


def _claimed(pk: int, as_of: datetime) -> Draft | None:
    due = Draft.objects.filter(pk=pk, send_at__lte=as_of).select_for_update(of=("self",))
    return due.select_related("author").first()


def _send(draft: Draft, ticket: Ticket, at: datetime) -> Message:
    """Draft and ticket are locked. The message, its files and the end of the draft are one."""
    by, key = draft.author, f"draft:{draft.key}"
    if draft.is_internal:
        message = add_note(ticket, body=draft.body.strip(), by=by, submission_key=key, at=at)
    else:
        check_staff_or_requester(ticket, by)
        message = reply(
            ticket,
            body=draft.body.strip(),
            by=by,
            channel=Channel.WEB,
            then=AfterSending(draft.then),
            seen_version=draft.seen_version,
            submission_key=key,
            at=at,
        )
    hand_files_over(draft, message)
    Draft.objects.filter(pk=draft.pk).delete()
    return message


def _check_sendable(draft: Draft, ticket: Ticket, by: User) -> None:
    if not draft.body.strip():
        raise InvalidInput({"body": [_("Write something first.")]})
    if draft.is_internal:
        check_staff(ticket, by)
        return
    check_staff_or_requester(ticket, by)
    if ticket.status == Status.CLOSED:
        check_move(ticket.status, Status.IN_PROGRESS)
    check_not_overtaken(ticket, by=by, seen_version=draft.seen_version)


def _goes_out_at(ticket: Ticket, at: datetime) -> datetime:
    """In UNDO_SECONDS, but before a deadline that would pass meanwhile."""
    held_until, due = at + timedelta(seconds=UNDO_SECONDS), ticket.next_due_at
    if due is None or not at <= due <= held_until + _BEFORE_DEADLINE:
        return held_until
    return max(at, due - _BEFORE_DEADLINE)


def _hold_back(draft: Draft, *, code: str, refusal: DomainError | None) -> None:
    """It becomes a draft again, text intact, with the reason in its author's language."""
    with translation.override(draft.author.language):
        because = str(refusal) if refusal is not None else _("Something went wrong on our side. Please send it again.")
    same = Draft.objects.unsent().filter(ticket=draft.ticket_id, author=draft.author, is_internal=draft.is_internal)
    _return(draft, list(same.select_for_update()), because=because[:500], code=code)
    transaction.on_commit(lambda: draft_held.send(sender=Draft, draft=draft))


def _return(draft: Draft, newer: list[Draft], *, because: str = "", code: str = "") -> None:
    """A side has one draft: what was begun meanwhile is put below the words that came back, and its files join."""
    for other in newer:
        draft.body = "\n\n".join(text for text in (draft.body.rstrip(), other.body) if text.strip())
        other.files.update(draft=draft)
        Draft.objects.filter(pk=other.pk).delete()
    draft.send_at, draft.held_because, draft.held_code = None, because, code
    draft.save(update_fields=["body", "send_at", "held_because", "held_code"])


def _give_up(pk: int, as_of: datetime) -> int:
    with transaction.atomic():
        draft = _claimed(pk, as_of - _GIVES_UP_AFTER)
        if draft is not None:
            _hold_back(draft, code="failed", refusal=None)
    return 0
