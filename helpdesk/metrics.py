"""`/metrics` for Prometheus: figures asked of the database at each scrape, so that it does not matter who answers.

Only `helpdesk_sockets_open` belongs to the process that answers: scrape the sockets process itself for it.
"""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from escalation.models import Clock, ClockRepair
from helpdesk.core.hosts import comes_from_this_machine
from helpdesk.core.models import Heartbeat
from helpdesk.health import reasons
from notifications.models import Delivery, WebhookCall, WebhookEndpoint
from tickets.models import OutboxEntry, Ticket

App = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

registry = CollectorRegistry()
SOCKETS = Gauge("helpdesk_sockets_open", "Websockets that this process holds.", registry=registry)


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """For whoever sends METRICS_TOKEN; while none is set, for this machine. To others it does not exist."""
    if not _may_read(request):
        return HttpResponseNotFound("Not found\n", content_type="text/plain")
    return HttpResponse(
        generate_latest(registry), content_type=CONTENT_TYPE_LATEST, headers={"Cache-Control": "no-store"}
    )


def counting_sockets(app: App) -> App:
    """The websocket application, counted while each socket is open."""

    async def counted(scope: dict[str, Any], receive: Any, send: Any) -> None:
        with SOCKETS.track_inprogress():
            await app(scope, receive, send)

    return counted


class Figures(Collector):
    """A database that does not answer leaves out its figures; `helpdesk_check_ok` says so."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        yield _family("check_ok", "A check of /readyz.", "check", ((name, not why) for name, why in reasons().items()))
        for figure in (_heartbeats, _outbox, _deliveries, _webhooks, _promises, _tickets):
            try:
                # All of a figure's families or none.
                families = list(figure())
            except DatabaseError:
                continue
            yield from families

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Nothing: else the registry would collect once when it is filled."""
        return ()


registry.register(Figures())


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        return constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}")
    return comes_from_this_machine(request)


def _heartbeats() -> Iterator[GaugeMetricFamily]:
    beats, at = list(Heartbeat.objects.order_by("name")), now()
    ages = ((beat.name, (at - beat.last_at).total_seconds()) for beat in beats)
    yield _family("heartbeat_age_seconds", "Since a sweep ran to its end.", "name", ages)
    yield _family("heartbeat_handled", "Handled in its last run.", "name", ((b.name, b.last_count) for b in beats))


def _outbox() -> Iterator[GaugeMetricFamily]:
    waiting = OutboxEntry.objects.filter(position=None)
    figures = waiting.aggregate(count=Count("pk"), oldest=Min("event__at"))
    age = (now() - figures["oldest"]).total_seconds() if figures["oldest"] else 0
    yield _family("outbox_waiting", "Events that the relay has not handed on.", value=figures["count"])
    yield _family("outbox_oldest_seconds", "Age of the oldest of them.", value=max(0.0, age))
    failing = waiting.exclude(last_error="").count()
    yield _family("outbox_failing", "Those of them that have failed.", value=failing)


def _deliveries() -> Iterator[GaugeMetricFamily]:
    at = now()
    waiting = Delivery.objects.filter(state=Delivery.State.WAITING)
    yield _family("deliveries_waiting", "Sends that wait for their time.", "channel", _by(waiting, "channel"))
    due = waiting.filter(send_after__lte=at)
    yield _family("deliveries_due", "Sends whose time has come.", "channel", _by(due, "channel"))
    dead = Delivery.objects.filter(state=Delivery.State.DEAD, created_at__gt=at - timedelta(days=1))
    yield _family("deliveries_dead", "Failed for good, of one day.", "channel", _by(dead, "channel"))


def _webhooks() -> Iterator[GaugeMetricFamily]:
    at = now()
    due = WebhookCall.objects.still_open().filter(next_attempt_at__lte=at).count()
    yield _family("webhooks_due", "Webhook calls whose time has come.", value=due)
    dead = WebhookCall.objects.filter(state=WebhookCall.State.DEAD, created_at__gt=at - timedelta(days=1)).count()
    yield _family("webhooks_dead", "Webhook calls that failed for good, of one day.", value=dead)
    off = WebhookEndpoint.objects.switched_off().count()
    yield _family("webhook_endpoints_off", "Endpoints that switched themselves off.", value=off)


def _promises() -> Iterator[GaugeMetricFamily]:
    missed = Clock.objects.missed(now()).count()
    yield _family("clocks_overdue", "Broken promises that no sweep has marked.", value=missed)
    yield _family("clocks_to_repair", "Tickets whose clocks wait for repair.", value=ClockRepair.objects.count())


def _tickets() -> Iterator[GaugeMetricFamily]:
    unresolved = Ticket.objects.unresolved()
    yield _family("tickets_unresolved", "Tickets by status.", "status", _by(unresolved, "status"))
    unassigned = unresolved.filter(assignee=None).count()
    yield _family("tickets_unassigned", "Unresolved tickets that nobody has.", value=unassigned)


def _by(rows: Any, column: str) -> list[tuple[str, float]]:
    return list(rows.order_by(column).values_list(column).annotate(count=Count("pk")))


def _family(
    name: str, text: str, label: str = "", rows: Iterable[tuple[str, float]] = (), *, value: float | None = None
) -> GaugeMetricFamily:
    """One value, or one for each value of a label."""
    family = GaugeMetricFamily(f"helpdesk_{name}", text, value=value, labels=[label] if label else None)
    for key, figure in rows:
        family.add_metric([str(key)], float(figure))
    return family
