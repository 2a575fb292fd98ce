"""Words with `{{ name }}` marks become text. The names are an allow-list, and nothing in a text is ever executed.

Words are put together in the recipient's language, and instants shown in the recipient's zone.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from escalation.models import EscalationPolicy, Metric
from helpdesk.core.text import single_line
from teams.models import User
from tickets.models import Message, Priority, Ticket, TicketEvent
from tickets.promise import clock_time, promise

_MARK = re.compile(r"\{\{ (\w+) \}\}")


class UnknownMark(ValueError):
    """A text holds a mark that is on no list."""


@dataclass(frozen=True)
class Facts:
    """What the marks stand for: one fact, told to one person at one instant."""

    event: TicketEvent
    ticket: Ticket
    recipient: User
    at: datetime

    @cached_property
    def message(self) -> str:
        """The words that were written, when the fact is about a message that the recipient may read."""
        pk = self.event.data.get("message")
        message = Message.objects.visible_to(self.recipient).filter(pk=pk).first() if pk else None
        return message.body if message is not None else ""

    @cached_property
    def policy(self) -> str:
        policy = EscalationPolicy.objects.filter(pk=self.event.data.get("policy")).first()
        return policy.name if policy is not None else ""


def written(words: str, facts: Facts) -> str:
    """Replace every mark. Raises UnknownMark. Call it inside `as_read_by`."""
    return _MARK.sub(lambda mark: _value(mark.group(1), facts), str(words))


def line(words: str, facts: Facts) -> str:
    """The same on one line, fit for a subject: no line break can get into a header."""
    return single_line(written(words, facts))


class as_read_by:
    """The recipient's language and time zone, for as long as something is written to them."""

    def __init__(self, user: User) -> None:
        self._language = translation.override(user.language)
        self._zone = timezone.override(ZoneInfo(user.time_zone))

    def __enter__(self) -> None:
        self._language.__enter__()
        self._zone.__enter__()

    def __exit__(self, *error: object) -> None:
        self._zone.__exit__(*error)  # type: ignore[arg-type]
        self._language.__exit__(*error)  # type: ignore[arg-type]


def _deadlines(facts: Facts) -> str:
    ticket = facts.ticket
    lines = []
    if ticket.first_responded_at is None and ticket.first_response_due_at is not None:
        due = clock_time(ticket.first_response_due_at, at=facts.at)
        lines.append(_("First response due: %(due)s") % {"due": due})
    if ticket.resolution_due_at is not None:
        lines.append(_("Resolution due: %(due)s") % {"due": clock_time(ticket.resolution_due_at, at=facts.at)})
    return "\n".join(lines)


def _name(user: User | None) -> str:
    return user.get_full_name() if user is not None else _("the helpdesk")


MARKS: Mapping[str, Callable[[Facts], str]] = {
    "reference": lambda facts: facts.ticket.reference,
    "title": lambda facts: facts.ticket.title,
    "recipient": lambda facts: facts.recipient.get_short_name(),
    "requester": lambda facts: facts.ticket.requester.get_full_name(),
    "actor": lambda facts: _name(facts.event.actor),
    "assignee": lambda facts: facts.ticket.assignee.get_full_name() if facts.ticket.assignee else _("nobody"),
    "team": lambda facts: facts.ticket.team.name,
    "priority": lambda facts: str(Priority(facts.ticket.priority).label).lower(),
    "promise": lambda facts: promise(facts.ticket, at=facts.at),
    "deadlines": _deadlines,
    "message": lambda facts: facts.message,
    "metric": lambda facts: str(Metric(facts.event.data["metric"]).label).lower(),
    "level": lambda facts: str(facts.event.data["level"]),
    "policy": lambda facts: facts.policy,
    "original": lambda facts: facts.ticket.duplicate_of.reference if facts.ticket.duplicate_of else "",
}


def _value(name: str, facts: Facts) -> str:
    if name not in MARKS:
        raise UnknownMark(f"“{name}” is no mark. There are: {', '.join(sorted(MARKS))}.")
    return MARKS[name](facts)
