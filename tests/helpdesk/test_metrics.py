"""/metrics: who may read it, and that its figures are the database's."""

import asyncio
from datetime import timedelta

import pytest
from django.utils.timezone import now
from prometheus_client.parser import text_string_to_metric_families

from escalation.models import Clock
from helpdesk.core.models import Heartbeat
from helpdesk.metrics import counting_sockets, registry
from notifications.models import Delivery
from tickets.models import OutboxEntry


def figures(client, **headers) -> dict[tuple[str, str], float]:
    """By name and the value of the label."""
    text = client.get("/metrics", headers=headers).content.decode()
    return {
        (sample.name.removeprefix("helpdesk_"), next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
def test_without_a_token_only_this_machine_reads_and_nobody_through_a_proxy_on_it(client, db, header):
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="::1").status_code == 200

    assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 404
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    # A socket of the proxy has no address.
    assert client.get("/metrics", REMOTE_ADDR="").status_code == 404


def test_with_a_token_whoever_sends_it_reads_and_nobody_else(client, db, settings):
    settings.METRICS_TOKEN = "for-prometheus"

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    known = client.get("/metrics", headers={"Authorization": "Bearer for-prometheus"}, REMOTE_ADDR="192.0.2.7")
    assert (known.status_code, known["Cache-Control"]) == (200, "no-store")


def test_the_figures_are_those_of_the_database(client, cast):
    Heartbeat.objects.note("relay", count=7)
    Heartbeat.objects.filter(name="relay").update(last_at=now() - timedelta(seconds=90))
    cast.open_ticket()
    OutboxEntry.objects.filter(pk=OutboxEntry.objects.latest("pk").pk).update(last_error="boom")
    for number, state in enumerate([Delivery.State.WAITING, Delivery.State.DEAD, Delivery.State.SENT]):
        Delivery.objects.create(dedupe_key=str(number), channel="email", recipient=cast.rosa, state=state)

    found = figures(client)

    assert 90 <= found["heartbeat_age_seconds", "relay"] < 120
    assert found["heartbeat_handled", "relay"] == 7
    assert found["outbox_waiting", ""] == OutboxEntry.objects.filter(position=None).count() > 0
    assert found["outbox_oldest_seconds", ""] > 1000
    assert found["outbox_failing", ""] == 1
    assert found["deliveries_waiting", "email"] == found["deliveries_due", "email"] == 1
    assert found["deliveries_dead", "email"] == 1
    # Monday's ticket, and no sweep yet.
    assert found["clocks_overdue", ""] == Clock.objects.missed(now()).count() > 0
    assert found["clocks_to_repair", ""] == 0
    assert found["tickets_unresolved", "assigned"] == 1
    assert found["tickets_unassigned", ""] == 0
    assert found["check_ok", "database"] == 1
    assert found["check_ok", "beat"] == 0


def test_a_scrape_asks_the_database_a_fixed_number_of_times(client, cast, django_assert_max_num_queries):
    for _ in range(3):
        cast.open_ticket()

    with django_assert_max_num_queries(30):
        figures(client)


@pytest.mark.django_db(transaction=True)
def test_sockets_are_counted_while_they_are_open():
    during: list[float | None] = []

    async def socket(*_arguments) -> None:
        during.append(open_sockets())

    def open_sockets() -> float | None:
        return registry.get_sample_value("helpdesk_sockets_open")

    before = open_sockets()
    assert before is not None
    asyncio.run(counting_sockets(socket)({}, None, None))

    assert (during, open_sockets()) == ([before + 1], before)
