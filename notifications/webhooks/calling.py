"""Calls that levels and automations ask for: the ticket as the API shows it to staff, and what acted on it."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import gettext as _

from escalation.calling import EndpointIsGone
from escalation.kinds import AUTOMATION_RAN
from escalation.models import AutomationRun, Escalation
from notifications.models import WebhookCall, WebhookEndpoint
from notifications.webhooks.endpoints import EndpointIsOff
from notifications.webhooks.keeping import keep_call
from teams.models import User
from tickets.api.representations import TicketSerializer
from tickets.models import Ticket, TicketEvent

# As whom a ticket is read: any of the staff who works on it.
_STAFF = SimpleNamespace(user=User(is_staff=True))


class WebhookCaller:
    def endpoints(self) -> list[tuple[str, str]]:
        return [
            (endpoint.key, endpoint.name if endpoint.is_enabled else _("%(name)s (off)") % {"name": endpoint.name})
            for endpoint in WebhookEndpoint.objects.order_by("name")
        ]

    def call(self, ticket: Ticket, *, endpoint: str, caused_by: TicketEvent, at: datetime) -> None:
        found = WebhookEndpoint.objects.filter(key=endpoint).first()
        if found is None:
            raise EndpointIsGone(endpoint)
        if not found.is_enabled:
            raise EndpointIsOff(found)
        kind, about, what = _cause(caused_by)
        keep_call(
            found,
            kind,
            {"ticket": ticket_for_staff(ticket), **about},
            # What acted has recorded one event: by it the same call is known again.
            dedupe_key=f"event:{caused_by.pk}:{found.pk}",
            at=at,
            ticket=ticket,
            **what,
        )


def ticket_for_staff(ticket: Ticket) -> dict[str, Any]:
    """A row of the API's list: no message and no note is in it. Three queries."""
    related = ("team", "assignee", "requester", "category")
    row: Any = Ticket.objects.select_related(*related).prefetch_related("tags", "organisation").get(pk=ticket.pk)
    row.is_inner = True
    return dict(TicketSerializer(row, context={"request": _STAFF}).data)


def _cause(event: TicketEvent) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """The kind of the call, what its data says of the cause, and the row of the cause."""
    if event.kind == AUTOMATION_RAN:
        run = AutomationRun.objects.select_related("automation").get(pk=event.data["run"])
        return WebhookCall.Kind.AUTOMATION, {"automation": {"name": run.automation.name}}, {"automation_run": run}
    fired = Escalation.objects.select_related("level__policy").get(pk=event.data["escalation"])
    level = {"policy": fired.level.policy.name, "level": fired.level.number}
    return WebhookCall.Kind.ESCALATION, {"escalation": level}, {"escalation": fired}
