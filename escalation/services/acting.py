"""Carries out the actions of a level: the vocabulary of `escalation.actions`, each through the verb that people use."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import OperationalError, transaction
from django.utils.translation import gettext as _

from escalation.actions import team_slug_in
from escalation.audience import people_in
from escalation.calling import call_endpoint
from escalation.kinds import AUTOMATION_RAN, ESCALATION_RAISED
from escalation.services.slipping import tell_of_new_time
from helpdesk.core.errors import DomainError
from helpdesk.core.transactions import is_retryable
from teams.models import Team
from tickets.events import Cause, ChainTooDeep
from tickets.models import Ticket, TicketEvent
from tickets.services.announcing import announce
from tickets.services.assigning import lock_candidates, reassign
from tickets.services.conversing import add_note
from tickets.services.following import add_tag, add_watcher, remove_tag
from tickets.services.moving import move_to_team
from tickets.services.prioritising import raise_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import close_ticket, resolve_ticket

log = structlog.get_logger(__name__)

Action = Mapping[str, Any]
_MOVES_LOAD = frozenset({"raise_priority", "reassign", "wait", "resolve"})


class TeamIsGone(DomainError):
    code = "team_is_gone"

    def __init__(self, slug: str) -> None:
        super().__init__(_("There is no active team called “%(team)s” any more.") % {"team": slug})


def act(ticket: Ticket, actions: Sequence[Action], *, caused_by: TicketEvent, at: datetime) -> list[dict[str, Any]]:
    """Do each action in a savepoint of its own: one that fails is noted with its reason, the others are done.

    Returns one entry an action, in order: {"do": …, "ok": true} or {"do": …, "ok": false, "error": code}. `ticket` is
    what it has become then. Lets a deadlock through: nothing is wrong with the action, the next sweep does all of it.
    """
    if any(action["do"] in _MOVES_LOAD for action in actions):
        # One action may move one load and the next decide among all: they are locked together, or not in order.
        lock_candidates(ticket, at=at, teams=_destinations(actions))
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
            said = str(error.message)[:300] if isinstance(error, DomainError) else ""
            log.error("escalation.action_failed", ticket_id=ticket.pk, do=action["do"], error=code, exc_info=error)
            results.append({"do": action["do"], "ok": False, "error": code} | ({"said": said} if said else {}))
            if isinstance(error, ChainTooDeep):
                break
    return results


def _destinations(actions: Sequence[Action]) -> set[int]:
    """The teams that the actions name, as far as they are there."""
    slugs = {team_slug_in(action["to"]) for action in actions if action["do"] == "reassign"} - {None}
    return set(Team.objects.active().filter(slug__in=slugs).values_list("pk", flat=True)) if slugs else set()


def audience_of(actions: Sequence[Action]) -> list[str]:
    """Whom the actions notify; the event carries it and notifications resolve it."""
    return [action["who"] for action in actions if action["do"] == "notify"]


def _notify(_ticket: Ticket, _action: Action, _caused_by: TicketEvent, _at: datetime) -> None:
    """Said by the event's audience already."""


def _raise_priority(ticket: Ticket, _action: Action, caused_by: TicketEvent, at: datetime) -> None:
    raise_priority(ticket, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _reassign(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    # After an outage several policies may want this at once, and the second would only undo the first.
    if caused_by.kind == ESCALATION_RAISED and ticket.assigned_at == at:
        return
    slug = team_slug_in(action["to"])
    if slug is None:
        reassign(ticket, by=None, destination=action["to"], cause=_cause(caused_by), caused_by=caused_by, at=at)
        return
    team = Team.objects.active().filter(slug=slug).first()
    if team is None:
        raise TeamIsGone(slug)
    move_to_team(ticket, team=team, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _add_watcher(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    for user in people_in(ticket, action["who"]):
        add_watcher(ticket, user=user, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _tag(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    add_tag(ticket, name=action["name"], by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _untag(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    remove_tag(ticket, name=action["name"], by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _note(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    add_note(ticket, body=action["text"], by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _message(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    announce(ticket, body=action["text"], cause=_cause(caused_by), caused_by=caused_by, at=at)


def _tell_customer(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    tell_of_new_time(ticket, more_seconds=action["more_seconds"], caused_by=caused_by, at=at)


def _webhook(ticket: Ticket, action: Action, caused_by: TicketEvent, at: datetime) -> None:
    call_endpoint(ticket, endpoint=action["endpoint"], caused_by=caused_by, at=at)


def _wait(ticket: Ticket, _action: Action, caused_by: TicketEvent, at: datetime) -> None:
    wait_for_customer(ticket, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _resolve(ticket: Ticket, _action: Action, caused_by: TicketEvent, at: datetime) -> None:
    resolve_ticket(ticket, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _close(ticket: Ticket, _action: Action, caused_by: TicketEvent, at: datetime) -> None:
    close_ticket(ticket, by=None, cause=_cause(caused_by), caused_by=caused_by, at=at)


def _cause(caused_by: TicketEvent) -> str:
    return Cause.AUTOMATION if caused_by.kind == AUTOMATION_RAN else Cause.ESCALATION


_PERFORMERS: dict[str, Callable[[Ticket, Action, TicketEvent, datetime], None]] = {
    "notify": _notify,
    "raise_priority": _raise_priority,
    "reassign": _reassign,
    "add_watcher": _add_watcher,
    "tag": _tag,
    "untag": _untag,
    "note": _note,
    "message": _message,
    "tell_customer": _tell_customer,
    "webhook": _webhook,
    "wait": _wait,
    "resolve": _resolve,
    "close": _close,
}
