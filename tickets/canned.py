"""Canned replies: which of them suit somebody on a ticket, and their `{{ marks }}` filled in.

The marks are an allow-list, and nothing in a text is ever executed.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils import timezone, translation

from teams.models import User
from tickets.models import CannedReply, Ticket
from tickets.models.canned import MARK
from tickets.promise import promise


@dataclass(frozen=True, slots=True)
class _Facts:
    ticket: Ticket
    by: User
    at: datetime


_VALUES: Mapping[str, Callable[[_Facts], str]] = {
    "requester": lambda facts: facts.ticket.requester.get_short_name(),
    "reference": lambda facts: facts.ticket.reference,
    "title": lambda facts: facts.ticket.title,
    "agent": lambda facts: facts.by.get_full_name(),
    "team": lambda facts: facts.ticket.team.name,
    "promise": lambda facts: promise(facts.ticket, at=facts.at),
}


def canned_for(user: User, ticket: Ticket) -> list[CannedReply]:
    """What `user` may send here: the requester's language first, then those of the ticket's team. One query."""
    language, team = ticket.requester.language, ticket.team_id
    replies = CannedReply.objects.for_teams_of(user)
    return sorted(
        replies.distinct(), key=lambda reply: (reply.language != language, reply.team_id != team, reply.title)
    )


def filled(canned: CannedReply, *, ticket: Ticket, by: User, at: datetime | None = None) -> str:
    """The text as it would be sent, in its own language and the requester's zone. A mark that nobody knows stays."""
    facts = _Facts(ticket, by, at or timezone.now())
    with translation.override(canned.language), timezone.override(ZoneInfo(ticket.requester.time_zone)):
        return MARK.sub(lambda mark: _value(mark, facts), canned.body).strip()


def _value(mark: re.Match[str], facts: _Facts) -> str:
    value = _VALUES.get(mark.group(1))
    return mark.group() if value is None else value(facts)
