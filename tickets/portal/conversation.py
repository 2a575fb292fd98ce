"""What a customer sees of a ticket: the messages with who wrote them, the turns it took, and what was promised."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext as _

from teams.models import TeamMembership, User
from tickets.downloads import is_picture
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Attachment, Message, Ticket, TicketEvent
from tickets.promise import answer_due_at, clock_time, promise

# How many of the latest messages a page begins with. The first one is always there.
PAGE = 50
FILES = 8
_TURNS = (EventKind.RESOLVED, EventKind.REOPENED, EventKind.CLOSED)


@dataclass(frozen=True, slots=True)
class File:
    attachment: Attachment
    is_picture: bool


@dataclass(frozen=True, slots=True)
class Said:
    """One message. `role` says which team somebody answers for; own words have none."""

    message: Message
    name: str
    role: str
    is_own: bool
    files: list[File]
    turns: list["Turn"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Turn:
    """A line between messages: resolved, reopened, closed."""

    at: datetime
    icon: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Step:
    name: str
    state: str  # done, current or ahead


@dataclass(frozen=True, slots=True)
class Conversation:
    """`first` is the description, `latest` what the page shows after it; `skipped` messages lie between them."""

    first: Said | None
    latest: list[Said]
    skipped: int
    earlier: int | None


def conversation(ticket: Ticket, *, reader: User, since: int | None = None) -> Conversation:
    """Five queries, however long it is. `since` is the id of the first message to show after the description."""
    public = Message.objects.filter(ticket=ticket, is_internal=False)
    ids = list(public.order_by("id").values_list("pk", flat=True))
    if not ids:
        return Conversation(None, [], 0, None)
    begin = since if since is not None else ids[-PAGE] if len(ids) > PAGE else 0
    skipped = [pk for pk in ids[1:] if pk < begin]
    files = Prefetch("attachments", Attachment.objects.order_by("name"))
    shown = public.filter(Q(pk=ids[0]) | Q(pk__gte=begin)).select_related("author").prefetch_related(files)
    messages = list(shown.order_by("id"))
    roles, turns = _roles(messages, ticket), _turns(ticket, reader)
    ends = [message.sent_at for message in messages[1:]] + [None]
    said = [
        _said(message, roles, reader, _between(turns, message.sent_at, end))
        for message, end in zip(messages, ends, strict=True)
    ]
    return Conversation(said[0], said[1:], len(skipped), skipped[-PAGE:][0] if skipped else None)


def files_of(ticket: Ticket) -> list[Attachment]:
    """The latest files of the conversation. One query."""
    public = Attachment.objects.kept().filter(message__ticket=ticket, message__is_internal=False)
    return list(public.order_by("-message_id", "name")[:FILES])


def steps(ticket: Ticket) -> list[Step]:
    """Received, with a person, resolved."""
    has_person = ticket.assignee_id is not None and not ticket.is_reserved
    reached = 2 if not ticket.is_unresolved else 1 if has_person else 0
    names = [_("Received"), _("With a person"), _("Closed") if ticket.status == Status.CLOSED else _("Resolved")]
    states = ["done" if place < reached else "current" if place == reached else "ahead" for place in range(3)]
    return [Step(name, state) for name, state in zip(names, states, strict=True)]


def promised(ticket: Ticket, *, at: datetime) -> dict[str, Any]:
    """The promise in one sentence, and when it should be solved."""
    due = ticket.resolution_due_at if ticket.is_unresolved and ticket.status != Status.PENDING_CUSTOMER else None
    # Without a time the sentence only repeats who has it, which stands beside it.
    says_when = answer_due_at(ticket) is not None or ticket.is_reserved
    return {
        "promise": promise(ticket, at=at) if says_when else "",
        "solved_by": clock_time(due, at=at) if due is not None and due > at else "",
    }


def _roles(messages: Sequence[Message], ticket: Ticket) -> dict[int, str]:
    """What to write beside the names of staff: their team here, and whether they lead it. One query."""
    staff = {message.author_id for message in messages if message.is_from_staff and message.author_id is not None}
    memberships = TeamMembership.objects.filter(user__in=staff).select_related("team") if staff else []
    # The ticket's own team last, so that it wins.
    ordered = sorted(memberships, key=lambda each: (each.team_id == ticket.team_id, -each.pk))
    return {each.user_id: _role(each) for each in ordered}


def _role(membership: TeamMembership) -> str:
    if membership.role == TeamMembership.Role.LEAD:
        return _("%(team)s, team lead") % {"team": membership.team.name}
    return membership.team.name


def _said(message: Message, roles: dict[int, str], reader: User, turns: list[Turn]) -> Said:
    files = [File(each, is_picture(each)) for each in message.attachments.all()]
    is_own = message.author_id == reader.pk and not message.is_from_staff
    if message.author is None:
        return Said(message, _("Helpdesk"), _("automatic"), False, files, turns)
    role = roles.get(message.author.pk, _("Support")) if message.is_from_staff else ""
    return Said(message, message.author.get_full_name(), role, is_own, files, turns)


def _turns(ticket: Ticket, reader: User) -> list[Turn]:
    events = TicketEvent.objects.filter(ticket=ticket, kind__in=_TURNS, is_public=True).select_related("actor")
    return [_turn(event, reader) for event in events.order_by("seq")]


def _turn(event: TicketEvent, reader: User) -> Turn:
    is_own, name = event.actor_id == reader.pk, event.actor.get_full_name() if event.actor is not None else ""
    if event.kind == EventKind.CLOSED:
        return Turn(event.at, "archive", _("Closed"))
    if event.kind == EventKind.REOPENED:
        sentence = _("You reopened it") if is_own else _("%(name)s reopened it") if name else _("Reopened")
        return Turn(event.at, "rotate-ccw", sentence % {"name": name})
    sentence = _("You marked it resolved") if is_own else _("%(name)s marked it resolved") if name else _("Resolved")
    return Turn(event.at, "circle-check", sentence % {"name": name})


def _between(turns: Sequence[Turn], start: datetime, end: datetime | None) -> list[Turn]:
    return [turn for turn in turns if turn.at >= start and (end is None or turn.at < end)]
