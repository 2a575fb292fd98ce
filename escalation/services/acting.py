"""Carries out the actions of a level: the vocabulary of `escalation.actions`, each through the verb that people use."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import OperationalError, transaction

from escalation.audience import people_in
from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import is_retryable
from tickets.events import Cause, ChainTooDeep
from tickets.models import Ticket, TicketEvent
from tickets.services.assigning import lock_candidates, reassign
from tickets.services.conversing import add_note
from tickets.services.following import add_watcher
from tickets.services.prioritising import raise_priority

log = structlog.get_logger(__name__)

Action = Mapping[str, Any]
_MOVES_LOAD = frozenset({"raise_priority", "reassign"})


def act(ticket: Ticket, actions: Sequence[Action], *, caused_by: TicketEvent, at: datetime) -> list[dict[str, Any]]:
    """Do each action in a savepoint of its own: one that fails is noted with its reason, the others are done.

    Returns one entry an action, in order: {"do": …, "ok": true} or {"do": …, "ok": false, "error": code}. `ticket` is
    what it has become then. Lets a deadlock through: nothing is wrong with the action, the next sweep does all of it.
    """
    if any(action["do"] in _MOVES_LOAD for action in actions):
        # One action may move one load and the next decide among all: they are locked together, or not in order.
        lock_candidates(ticket, at=at)
    results = []
    for action in actions:
        try:
            with transaction.atomic():
                _PERFORMERS[action["do"]](ticket, action, caused_by, at)
            # The verbs change a row that they read themselves, not this object.
            ticket.refresh_from_db()
            results.append({"do": action["do"], "ok": True})
        except Exception as error:
            if isinstance(error, OperationalError) and is_retryable(error):
                raise
            code = error.code if isinstance(error, DomainError) else type(error).__name__
            log.error("escalation.action_failed", ticket_id=ticket.pk, do=action["do"], error=code, exc_info=error)
            results.append({"do": action["do"], "ok": False, "error": code})
            if isinstance(error, ChainTooDeep):
                break
    return results


def audience_of(actions: Sequence[Action]) -> list[str]:
    """Whom the actions notify; the event carries it and notifications resolve it."""
    return [action["who"] for action in actions if action["do"] == "notify"]


def _notify(_ticket: Ticket, _action: Action, _caused_by: TicketEvent, _at: datetime) -> None:
    """Said by the event's audience already."""


def _raise_priority(ticket: Ticket, _action: Action, caused_by: TicketEvent, at: datetime) -> None:
    raise_priority(ticket, by=None, cause=Cause.ESCALATION, caused_by=caused_by, at=at)


def _reassign(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    # After an outage several policies may want this at once, and the second would only undo the first.
    if ticket.assigned_at == at:
        return
    reassign(ticket, by=None, destination=action["to"], cause=Cause.ESCALATION, caused_by=caused_by, at=at)


def _add_watcher(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    for user in people_in(ticket, action["who"]):
        add_watcher(ticket, user=user, by=None, cause=Cause.ESCALATION, caused_by=caused_by, at=at)


def _note(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    add_note(ticket, body=action["text"], by=None, cause=Cause.ESCALATION, caused_by=caused_by, at=at)


_PERFORMERS: dict[str, Callable[[Ticket, Action, TicketEvent, datetime], None]] = {
    "notify": _notify,
    "raise_priority": _raise_priority,
    "reassign": _reassign,
    "add_watcher": _add_watcher,
    "note": _note,
}
