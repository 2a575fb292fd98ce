"""The conversation: replies from both sides and internal notes, and what each does to the ticket."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from django.utils.timezone import now
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotPermitted
from helpdesk.core.transactions import in_transaction
from teams.models import User
from tickets.events import Cause, EventKind, record
from tickets.lifecycle import IllegalMove, Status
from tickets.models import Message, Target, Ticket, TicketEvent
from tickets.permissions import check_staff, may_work_on
from tickets.services.attaching import CheckedFile, attach
from tickets.services.opening import open_ticket
from tickets.services.overtaking import check_not_overtaken
from tickets.services.progressing import begin, go_on, pend
from tickets.services.resolving import finish, take_up_again
from tickets.services.submitting import earlier_submission, file_prints, fingerprint, remember_submission
from tickets.triage.opinion import Opinion, form_opinion
from tickets.triage.standing import is_on
from tickets.triage.thanks import is_only_thanks


class AfterSending(StrEnum):
    SEND = "send"
    WAIT = "send_and_wait"
    RESOLVE = "send_and_resolve"


def reply(
    ticket: Ticket,
    *,
    body: str,
    by: User,
    channel: str,
    files: Sequence[CheckedFile] = (),
    then: AfterSending = AfterSending.SEND,
    seen_version: int | None = None,
    submission_key: str = "",
    is_automatic: bool = False,
    at: datetime | None = None,
) -> Message:
    """Write to the other side. Who works on the ticket answers as staff; requester and watchers write as customers.

    A customer's message resumes what waited, reopens what was resolved unless it only thanks, and follows up what is
    closed with a linked ticket, whose first message is returned. With `seen_version`, a reply that another person overtook is held back
    (Overtaken). A second call with the same `submission_key` returns the first call's message.
    """
    # Before the transaction: thinking takes a while, and no lock should wait for it.
    opinion = _opinion_on_follow_up(ticket, body, by)
    return _reply(
        ticket,
        body=body,
        by=by,
        channel=channel,
        files=files,
        then=then,
        seen_version=seen_version,
        submission_key=submission_key,
        is_automatic=is_automatic,
        opinion=opinion,
        at=at,
    )


@in_transaction
def _reply(
    ticket: Ticket,
    *,
    body: str,
    by: User,
    channel: str,
    files: Sequence[CheckedFile],
    then: AfterSending,
    seen_version: int | None,
    submission_key: str,
    is_automatic: bool,
    opinion: Opinion | None,
    at: datetime | None,
) -> Message:
    ticket = Ticket.objects.lock(ticket.pk)
    print_ = fingerprint("reply", ticket.pk, body, then, *file_prints(files))
    earlier = earlier_submission(by, submission_key, print_)
    if earlier is not None and earlier.message is not None:
        return earlier.message
    is_staff = writes_as_staff(by, ticket)
    if not is_staff and then is not AfterSending.SEND:
        raise NotPermitted(_("Only staff who work on this ticket may do that."))
    if ticket.status == Status.CLOSED:
        return _follow_up(ticket, body, by, channel, files, is_staff, submission_key, opinion, at)
    check_not_overtaken(ticket, by=by, seen_version=seen_version)
    at = at or now()
    message = _save(ticket, body, by=by, is_staff=is_staff, channel=channel, files=files, at=at)
    remember_submission(by, submission_key, print_, ticket=ticket, message=message)
    if is_staff:
        _staff_replied(ticket, message, then, is_automatic=is_automatic)
    else:
        only_thanks = not files and ticket.status == Status.RESOLVED and _only_thanks(body)
        _customer_replied(ticket, message, is_automatic=is_automatic, only_thanks=only_thanks)
    return message


@in_transaction
def add_note(
    ticket: Ticket,
    *,
    body: str,
    by: User | None,
    files: Sequence[CheckedFile] = (),
    submission_key: str = "",
    cause: str = Cause.REQUEST,
    caused_by: TicketEvent | None = None,
    at: datetime | None = None,
) -> Message:
    """Write something that only staff see. `by=None` is a note of the system's own."""
    ticket = Ticket.objects.lock(ticket.pk)
    check_staff(ticket, by)
    print_ = fingerprint("note", ticket.pk, body, *file_prints(files))
    if by is not None:
        earlier = earlier_submission(by, submission_key, print_)
        if earlier is not None and earlier.message is not None:
            return earlier.message
    at = at or now()
    message = _save(ticket, body, by=by, is_staff=True, channel=ticket.channel, files=files, is_internal=True, at=at)
    if by is not None:
        remember_submission(by, submission_key, print_, ticket=ticket, message=message)
    data = {"message": message.pk}
    noted = record(ticket, EventKind.NOTED, actor=by, cause=cause, caused_by=caused_by, at=at, data=data)
    _begin_if_assignee(ticket, by, noted)
    return message


def say_as_staff(ticket: Ticket, *, body: str, by: User, then: AfterSending, cause: str, at: datetime) -> Message:
    """Write to the customer of a locked ticket whose right to be written to somebody else has checked."""
    message = _save(ticket, body, by=by, is_staff=True, channel=ticket.channel, files=(), at=at)
    _staff_replied(ticket, message, then, is_automatic=False, cause=cause)
    return message


def writes_as_staff(user: User, ticket: Ticket) -> bool:
    """Somebody who asks for themselves is a customer on that ticket, also when they work here."""
    return ticket.requester_id != user.pk and may_work_on(user, ticket)


def _save(
    ticket: Ticket,
    body: str,
    *,
    by: User | None,
    is_staff: bool,
    channel: str,
    files: Sequence[CheckedFile],
    at: datetime,
    is_internal: bool = False,
) -> Message:
    message = Message.objects.create(
        ticket=ticket,
        author=by,
        body=body,
        is_internal=is_internal,
        is_from_staff=is_staff,
        channel=channel,
        sent_at=at,
    )
    attach(message, files)
    return message


def _staff_replied(
    ticket: Ticket, message: Message, then: AfterSending, *, is_automatic: bool, cause: str = Cause.REQUEST
) -> None:
    by, at = message.author, message.sent_at
    if not is_automatic:
        ticket.last_agent_message_at = at
        ticket.first_responded_at = ticket.first_responded_at or at
        ticket.save(update_fields=["last_agent_message_at", "first_responded_at"])
    replied = _record_reply(ticket, message, is_automatic=is_automatic, cause=cause)
    if then is AfterSending.WAIT and ticket.status != Status.PENDING_CUSTOMER:
        pend(ticket, by=by, at=at)
    elif then is AfterSending.RESOLVE and ticket.status != Status.RESOLVED:
        finish(ticket, by=by, at=at)
    elif not is_automatic:
        _begin_if_assignee(ticket, by, replied)


def _customer_replied(ticket: Ticket, message: Message, *, is_automatic: bool, only_thanks: bool) -> None:
    """Machines are never answered: an automatic message is kept, and moves nothing. Nor do thanks for what is done."""
    by, at = message.author, message.sent_at
    if not is_automatic:
        ticket.last_customer_message_at = at
        ticket.save(update_fields=["last_customer_message_at"])
    replied = _record_reply(ticket, message, is_automatic=is_automatic, only_thanks=only_thanks)
    if is_automatic:
        return
    if only_thanks:
        record(ticket, EventKind.THANKED, actor=by, caused_by=replied, at=at, data={"message": message.pk})
    elif ticket.status == Status.PENDING_CUSTOMER:
        go_on(ticket, by=by, at=at, message=message)
    elif ticket.status == Status.RESOLVED:
        take_up_again(ticket, by=by, at=at, message=message)


def _only_thanks(body: str) -> bool:
    return is_only_thanks(body) and is_on(Target.THANKS)


def _record_reply(
    ticket: Ticket, message: Message, *, is_automatic: bool, only_thanks: bool = False, cause: str = Cause.REQUEST
) -> TicketEvent:
    data = {"message": message.pk, "by_staff": message.is_from_staff, "automatic": is_automatic}
    if only_thanks:
        data["thanks"] = True
    return record(ticket, EventKind.REPLIED, actor=message.author, cause=cause, at=message.sent_at, data=data)


def _begin_if_assignee(ticket: Ticket, by: User | None, cause: TicketEvent) -> None:
    """The assignee's first reply or note begins the work."""
    if by is not None and ticket.assignee_id == by.pk and ticket.status == Status.ASSIGNED:
        begin(ticket, by=by, at=cause.at, caused_by=cause)


def _opinion_on_follow_up(ticket: Ticket, body: str, by: User) -> Opinion | None:
    """None where none will be opened. Should the ticket be closed in this very instant, it is formed late."""
    if ticket.status != Status.CLOSED or writes_as_staff(by, ticket):
        return None
    return form_opinion(title=ticket.title, description=body, chosen=ticket.category)


def _follow_up(
    ticket: Ticket,
    body: str,
    by: User,
    channel: str,
    files: Sequence[CheckedFile],
    is_staff: bool,
    submission_key: str,
    opinion: Opinion | None,
    at: datetime | None,
) -> Message:
    """A closed ticket is final: staff are told so, a customer's words open a linked one."""
    if is_staff:
        raise IllegalMove(
            _("A closed ticket is final. Open a new ticket instead."), status_now=ticket.status, allowed=[]
        )
    follower = open_ticket(
        title=ticket.title,
        description=body,
        requester=by,
        by=by,
        channel=channel,
        category=ticket.category,
        organisation=ticket.organisation,
        files=files,
        follows_up=ticket,
        submission_key=submission_key,
        opinion=opinion,
        at=at,
    )
    return follower.messages.get()
