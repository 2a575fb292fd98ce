"""A later start of the demo: for its open tickets the time in which it was off has not passed.

Without this a demo of yesterday would begin with sixty broken promises. History is append-only for everybody else: only
here, on the demo's own tickets, its instants move, and each chain is made anew over them.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, models
from django.db.models import F, Max

from escalation.models import Clock, Escalation, EscalationTimer
from helpdesk.core.models import Heartbeat
from helpdesk.core.own_desk import is_own_desk
from helpdesk.core.transactions import in_transaction
from helpdesk.demo.accounts import demo_addresses
from helpdesk.demo.cast import ADMINISTRATOR, ON_LEAVE
from helpdesk.demo.flag import demo_accounts_are_allowed
from notifications.models import Notification
from teams.models import Absence, User
from tickets.events import chain_hash
from tickets.models import Message, Prediction, Sighting, Ticket, TicketEvent, Watcher

# A restart is no later start.
LEAST = timedelta(minutes=10)
# Each with the door to its ticket. All instants of these rows move.
_ROWS: tuple[tuple[type[models.Model], str], ...] = (
    (Ticket, "pk"),
    (Message, "ticket"),
    (Prediction, "ticket"),
    (Clock, "ticket"),
    (EscalationTimer, "ticket"),
    (Escalation, "ticket"),
    (Watcher, "ticket"),
    (Sighting, "ticket"),
    (Notification, "ticket"),
)


@in_transaction
def refresh_demo(*, as_of: datetime) -> int:
    """Move the cast's open tickets forward by the time since anything last moved. Returns how many; 0 when this is no demo."""
    if is_own_desk() or not demo_accounts_are_allowed() or not User.objects.filter(email=ADMINISTRATOR[1]).exists():
        return 0
    slept = as_of - _last_sign_of_life(as_of)
    asked_by_cast = Ticket.objects.unresolved().filter(requester__email__in=demo_addresses())
    tickets = list(asked_by_cast.values_list("pk", flat=True))
    if slept < LEAST or not tickets:
        return 0
    for model, door in _ROWS:
        _move(model._default_manager.filter(**{f"{door}__in": tickets}), slept)
    _move_history(tickets, slept)
    _begin_leave_today(as_of)
    return len(tickets)


def _last_sign_of_life(as_of: datetime) -> datetime:
    beat = Heartbeat.objects.filter(last_at__lte=as_of).aggregate(last=Max("last_at"))["last"]
    event = TicketEvent.objects.filter(at__lte=as_of).aggregate(last=Max("at"))["last"]
    return max((instant for instant in (beat, event) if instant is not None), default=as_of)


def _move(rows: models.QuerySet, by: timedelta) -> None:
    instants = [field.name for field in rows.model._meta.concrete_fields if isinstance(field, models.DateTimeField)]
    rows.update(**{name: F(name) + by for name in instants})


def _move_history(tickets: Sequence[int], by: timedelta) -> None:
    events = list(TicketEvent.objects.filter(ticket__in=tickets).order_by("ticket", "seq"))
    tails: dict[int, str] = {}
    for event in events:
        event.at += by
        event.data = {key: _moved(key, value, by) for key, value in event.data.items()}
        event.prev_hash = tails.get(event.ticket_id, "")
        event.hash = tails[event.ticket_id] = chain_hash(event)
    with connection.cursor() as cursor:
        # A table whose rows wait to be checked cannot be altered.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tickets_ticketevent DISABLE TRIGGER ticket_event_no_rewriting")
        TicketEvent.objects.bulk_update(events, ["at", "data", "prev_hash", "hash"], batch_size=500)
        cursor.execute("ALTER TABLE tickets_ticketevent ENABLE TRIGGER ticket_event_no_rewriting")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    rows = [Ticket(pk=pk, last_event_hash=tail) for pk, tail in tails.items()]
    Ticket.objects.bulk_update(rows, ["last_event_hash"])


def _moved(key: str, value: object, by: timedelta) -> object:
    """The instants that events name."""
    if key in ("starts_at", "until") and isinstance(value, str):
        return (datetime.fromisoformat(value) + by).isoformat()
    return value


def _begin_leave_today(as_of: datetime) -> None:
    for absence in Absence.objects.filter(user__email=ON_LEAVE, starts_at__lt=as_of).select_related("user"):
        zone = ZoneInfo(absence.user.time_zone)
        days = as_of.astimezone(zone).date() - absence.starts_at.astimezone(zone).date()
        absence.starts_at, absence.ends_at = absence.starts_at + days, absence.ends_at + days
        absence.save(update_fields=["starts_at", "ends_at"])
