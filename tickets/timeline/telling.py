"""One event, one sentence, in the active language: who did what, and why."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tickets.models import TicketEvent
from tickets.timeline.causes import cause_of
from tickets.timeline.names import Names, names_in
from tickets.timeline.sentences import SENTENCES

Tell = Callable[[TicketEvent, Names], str]
_registered: dict[str, Tell] = {}


@dataclass(frozen=True, slots=True)
class Line:
    """`text` is the sentence without its full stop; `cause` says why, and is empty when somebody simply asked for it."""

    event: TicketEvent
    actor: str
    text: str
    cause: str


def register_sentence(kind: str, tell: Tell) -> None:
    """For apps above: `tell` returns the whole sentence, without its full stop."""
    _registered[kind] = tell


def told(events: Sequence[TicketEvent], *, to_staff: bool = True) -> list[Line]:
    """Tell of events that came with `actor` and `caused_by` loaded. Three queries at most.

    Customers never get an address for a name.
    """
    names = names_in(events)
    return [_line(event, names, to_staff=to_staff) for event in events]


def _line(event: TicketEvent, names: Names, *, to_staff: bool) -> Line:
    actor = _actor(event, to_staff=to_staff)
    own = SENTENCES.get(event.kind)
    if own is not None:
        return Line(event, actor, f"{actor} {own(event, names)}", cause_of(event))
    tell = _registered.get(event.kind)
    return Line(event, actor, event.kind if tell is None else tell(event, names), cause_of(event))


def _actor(event: TicketEvent, *, to_staff: bool) -> str:
    if event.actor is None:
        return _("The helpdesk")
    return event.actor.full_name or (event.actor.email if to_staff else _("Somebody"))
