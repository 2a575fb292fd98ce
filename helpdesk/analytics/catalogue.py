"""The metric catalogue: each number has one definition, one query, and one link to exactly the tickets behind it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from helpdesk.analytics.scope import Params
from tickets.lifecycle import Status
from tickets.models.ticket import TicketQuerySet

DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Metric:
    """`behind` narrows tickets to those that are counted; `asks` are the list's words for the same, at one instant."""

    slug: str
    label: Any
    definition: Any
    behind: Callable[[TicketQuerySet, datetime], TicketQuerySet]
    asks: Callable[[datetime], Params]
    tone: str = ""


def midnight(at: datetime) -> datetime:
    """When the reader's day began."""
    return localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _state(value: str) -> Callable[[datetime], Params]:
    return lambda _at: [("state", value)]


def _since(column: str, begins: Callable[[datetime], datetime]) -> Callable[[TicketQuerySet, datetime], TicketQuerySet]:
    return lambda tickets, at: tickets.filter(**{f"{column}__gte": begins(at), f"{column}__lt": at})


def between(name: str, since: datetime, until: datetime) -> Params:
    return [(f"{name}_after", since.isoformat()), (f"{name}_before", until.isoformat())]


def _asks_since(name: str, begins: Callable[[datetime], datetime]) -> Callable[[datetime], Params]:
    return lambda at: between(name, begins(at), at)


def _day_ago(at: datetime) -> datetime:
    return at - DAY


OPEN = Metric(
    "open",
    _("Open"),
    _("Tickets that are not resolved yet, also those that wait for the customer."),
    lambda tickets, _at: tickets.unresolved(),
    _state("unresolved"),
)
UNASSIGNED = Metric(
    "unassigned",
    _("Unassigned"),
    _("Open tickets that nobody has: no active agent could take them, or somebody gave them back."),
    lambda tickets, _at: tickets.unassigned(),
    _state("unassigned"),
    "warning",
)
RESERVED = Metric(
    "reserved",
    _("Reserved"),
    _("Open tickets that wait for the shift of the person who will have them."),
    lambda tickets, _at: tickets.reserved(),
    _state("reserved"),
)
AT_RISK = Metric(
    "at_risk",
    _("At risk"),
    _("Open tickets with a promise that has used most of its time and is not kept yet."),
    lambda tickets, at: tickets.at_risk(at),
    _state("at_risk"),
    "warning",
)
BREACHED = Metric(
    "breached",
    _("Breached"),
    _("Open tickets that broke at least one promise. A breach stays, also when the answer came later."),
    lambda tickets, _at: tickets.breached(),
    _state("breached"),
    "error",
)
WAITING = Metric(
    "waiting",
    _("Waiting for customers"),
    _("Open tickets whose customer has to answer; the resolution's clock is paused."),
    lambda tickets, _at: tickets.filter(status=Status.PENDING_CUSTOMER),
    lambda _at: [("status", Status.PENDING_CUSTOMER.value)],
)
ARRIVED = Metric(
    "arrived",
    _("Arrived today"),
    _("Tickets opened since midnight in your time zone."),
    _since("opened_at", midnight),
    _asks_since("opened", midnight),
)
RESOLVED = Metric(
    "resolved",
    _("Resolved today"),
    _("Tickets resolved since midnight in your time zone and not reopened."),
    _since("resolved_at", midnight),
    _asks_since("resolved", midnight),
)
ANSWERED = Metric(
    "answered",
    _("First response"),
    _(
        "Half of the tickets that got their first answer from a person in the last 24 hours got it within this time"
        " after they were opened. Nights and weekends count."
    ),
    _since("first_responded_at", _day_ago),
    _asks_since("responded", _day_ago),
)
KEPT = Metric(
    "kept",
    _("Promises kept"),
    _("Of the tickets resolved in the last 24 hours, the share that broke no promise on the way."),
    _since("resolved_at", _day_ago),
    _asks_since("resolved", _day_ago),
)
BROKEN = Metric(
    "broken",
    _("Resolved late"),
    _("Tickets resolved in the last 24 hours that broke a promise on the way."),
    lambda tickets, at: KEPT.behind(tickets, at).filter(breached_at__isnull=False),
    lambda at: [*KEPT.asks(at), ("kept", "no")],
)

CATALOGUE = (
    OPEN, UNASSIGNED, RESERVED, AT_RISK, BREACHED, WAITING, ARRIVED, RESOLVED, ANSWERED, KEPT, BROKEN,
)  # fmt: skip
