"""Webhooks as actions know them: by the key of an endpoint. Whoever keeps the endpoints and sends registers here."""

from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from escalation.models import Automation, EscalationLevel
from helpdesk.core.errors import DomainError
from tickets.models import Ticket, TicketEvent


class EndpointIsGone(DomainError):
    code = "endpoint_is_gone"

    def __init__(self, key: str) -> None:
        super().__init__(_("There is no webhook endpoint called “%(key)s” any more.") % {"key": key})


class Caller(Protocol):
    def endpoints(self) -> list[tuple[str, str]]:
        """Key and name of each, by name. One query."""

    def call(self, ticket: Ticket, *, endpoint: str, caused_by: TicketEvent, at: datetime) -> None:
        """Keep a call in this transaction; it goes out after the commit. Again, it keeps none. Raises DomainError."""


_callers: list[Caller] = []


def register_caller(caller: Caller) -> None:
    if caller not in _callers:
        _callers.append(caller)


def endpoints() -> list[tuple[str, str]]:
    """What a form may offer."""
    return [choice for caller in _callers for choice in caller.endpoints()]


def call_endpoint(ticket: Ticket, *, endpoint: str, caused_by: TicketEvent, at: datetime) -> None:
    if not _callers:
        raise EndpointIsGone(endpoint)
    for caller in _callers:
        caller.call(ticket, endpoint=endpoint, caused_by=caused_by, at=at)


def callers_of(endpoint: str) -> list[str]:
    """The policies and automations that name it. Two queries."""
    naming = {"actions__contains": [{"do": "webhook", "endpoint": endpoint}]}
    levels = EscalationLevel.objects.filter(**naming).select_related("policy").order_by("policy__name", "number")
    automations = Automation.objects.filter(**naming).order_by("name")
    return [*dict.fromkeys(str(level.policy) for level in levels), *map(str, automations)]
