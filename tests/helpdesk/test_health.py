"""/livez and /readyz: what they say, and why not."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from helpdesk.core.models import Heartbeat
from helpdesk.schedule import SWEEPS


@pytest.fixture
def all_alive(db):
    for sweep in SWEEPS:
        Heartbeat.objects.note(sweep.name)


def test_livez_asks_nobody(client):
    answer = client.get("/livez")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")


def test_ready_when_every_sweep_ran_lately(client, all_alive):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.json()
    assert set(answer.json()["checks"].values()) == {"ok"}


def test_a_late_sweep_is_named(client, all_alive):
    late = SWEEPS[1]
    Heartbeat.objects.filter(name=late.name).update(last_at=now() - late.late_after - timedelta(seconds=1))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["sweeps"] == f"{late.name} is late"


def test_a_sweep_that_never_ran_is_named(client, all_alive):
    Heartbeat.objects.filter(name="deliver").delete()
    assert client.get("/readyz").json()["checks"]["sweeps"] == "deliver has never run"


def test_a_dead_redis_is_named_and_nothing_hangs(client, all_alive, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no answer" in answer.json()["checks"]["redis"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_only_reading_is_answered(client, path, db):
    assert client.post(path).status_code == 405
