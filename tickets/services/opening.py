"""Opening a ticket: triage reads it, then one transaction in which it is saved, promised, and given to its person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.timezone import now

from helpdesk.core.configuration import held_versions
from helpdesk.core.statements import insert_with
from helpdesk.core.text import single_line
from helpdesk.core.transactions import in_transaction
from teams.models import Organisation, User
from tickets.events import Cause, EventKind, record
from tickets.models import Category, Message, Priority, Tag, Ticket, Watcher
from tickets.services.assigning import assign_automatically
from tickets.services.attaching import CheckedFile, attach
from tickets.services.following import tag_name
from tickets.services.routing import Route, route_for
from tickets.services.submitting import earlier_submission, file_prints, fingerprint, remember_submission
from tickets.services.triaging import kept_opinion
from tickets.triage.opinion import Opinion, form_opinion


def open_ticket(
    *,
    title: str,
    description: str,
    requester: User,
    by: User | None,
    channel: str,
    author: User | None = None,
    priority: Priority | None = None,
    may_request_critical: bool = False,
    category: Category | None = None,
    organisation: Organisation | None = None,
    created_by: str = "",
    tags: Sequence[str] = (),
    watchers: Sequence[User] = (),
    files: Sequence[CheckedFile] = (),
    follows_up: Ticket | None = None,
    submission_key: str = "",
    opinion: Opinion | None = None,
    at: datetime | None = None,
) -> Ticket:
    """Open a ticket and return it with its team, its assignee and its deadlines.

    `author` wrote the description: the requester unless staff write to somebody first. Whoever may not ask for
    critical gets high, and `requested_priority` keeps what they asked for. A second call with the same
    `submission_key` returns the first call's ticket. Without a `category`, triage may find one. Whoever calls this with a
    lock in hand has formed the `opinion` before.
    """
    # Before the transaction: thinking takes a while, and no lock should wait for it.
    opinion = opinion or form_opinion(title=title, description=description, chosen=category)
    return _open(
        title=title,
        description=description,
        requester=requester,
        by=by,
        channel=channel,
        author=author or requester,
        priority=priority,
        may_request_critical=may_request_critical,
        chosen=category,
        opinion=opinion,
        organisation=organisation,
        created_by=created_by,
        tags=tags,
        watchers=watchers,
        files=files,
        follows_up=follows_up,
        submission_key=submission_key,
        at=at,
    )


@in_transaction
@held_versions()
def _open(
    *,
    title: str,
    description: str,
    requester: User,
    by: User | None,
    channel: str,
    author: User,
    priority: Priority | None,
    may_request_critical: bool,
    chosen: Category | None,
    opinion: Opinion,
    organisation: Organisation | None,
    created_by: str,
    tags: Sequence[str],
    watchers: Sequence[User],
    files: Sequence[CheckedFile],
    follows_up: Ticket | None,
    submission_key: str,
    at: datetime | None,
) -> Ticket:
    print_ = fingerprint(
        "open", title, description, requester.pk, chosen, priority, created_by, *sorted(tags), *file_prints(files)
    )
    earlier = earlier_submission(by or requester, submission_key, print_)
    if earlier is not None and earlier.ticket is not None:
        return earlier.ticket
    at = at or now()
    organisation = organisation or requester.organisation
    given = _allowed_priority(priority, by=by, organisation=organisation, may_request_critical=may_request_critical)
    route = route_for(category=opinion.category, priority=given, organisation=organisation)
    ticket = Ticket(
        title=single_line(title),
        priority=given,
        requested_priority=priority,
        category=opinion.category,
        channel=channel,
        requester=requester,
        organisation=organisation,
        created_by_external_id=created_by,
        follows_up=follows_up,
        team=route.team,
        opened_at=at,
        updated_at=at,
        last_customer_message_at=at if author == requester else None,
        last_agent_message_at=None if author == requester else at,
    )
    ticket.unwritten = set()
    message = Message(
        author=author,
        body=description,
        channel=channel,
        is_from_staff=author != requester,
        sent_at=at,
    )
    insert_with(ticket, message, link="ticket")
    attach(message, files)
    _file_under(ticket, tags)
    Watcher.objects.bulk_create(
        [Watcher(ticket=ticket, user=user) for user in {*watchers} - {requester}], ignore_conflicts=True
    )
    remember_submission(by or requester, submission_key, print_, ticket=ticket, message=message)
    opened = record(
        ticket,
        EventKind.OPENED,
        actor=by,
        at=at,
        data=_opening_data(ticket, message, route, opinion),
        beside=kept_opinion(ticket, opinion, at=at),
    )
    ticket = assign_automatically(ticket, by=None, cause=Cause.ASSIGNMENT, caused_by=opened, at=at)
    if ticket.unwritten:
        ticket.save(update_fields=ticket.unwritten)
    ticket.unwritten = None
    # Whoever keeps the object finds what it is filed under later.
    ticket._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    return ticket


def _allowed_priority(
    wanted: Priority | None, *, by: User | None, organisation: Organisation | None, may_request_critical: bool
) -> Priority:
    if wanted is None:
        return Priority.MEDIUM
    may = may_request_critical or (by is not None and by.is_staff)
    may = may or (organisation is not None and organisation.may_request_critical)
    return Priority(wanted) if may else min(Priority(wanted), Priority.HIGH)


def _file_under(ticket: Ticket, names: Sequence[str]) -> None:
    wanted = sorted({tag_name(name) for name in names} - {""})
    if not wanted:
        # Nothing is read to learn that a new ticket has none.
        none = Tag.objects.none()
        none._result_cache = []
        ticket._prefetched_objects_cache = {"tags": none}  # type: ignore[attr-defined]
        return
    Tag.objects.bulk_create([Tag(name=name) for name in wanted], ignore_conflicts=True)
    ticket.tags.set(Tag.objects.filter(name__in=wanted))


def _opening_data(ticket: Ticket, message: Message, route: Route, opinion: Opinion) -> dict[str, Any]:
    return {
        "message": message.pk,
        "by_staff": message.is_from_staff,
        "channel": ticket.channel,
        "priority": Priority(ticket.priority).slug,
        "requested_priority": None if ticket.requested_priority is None else Priority(ticket.requested_priority).slug,
        "category": ticket.category.slug if ticket.category else None,
        "team": ticket.team_id,
        "why": route.why,
        "triage": opinion.outcome,
    }
