"""/livez and /readyz: what they say, and why not."""

from datetime import timedelta

import pytest
from django.utils.timezone import now
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from helpdesk.core.models import Heartbeat
from helpdesk.schedule import SWEEPS


@pytest.fixture
def all_alive(db):
    every = IntervalSchedule.objects.create(every=5, period="seconds")
    for sweep in SWEEPS:
        Heartbeat.objects.note(sweep.name)
        PeriodicTask.objects.create(name=sweep.name, task=sweep.task, interval=every, last_run_at=now())


def checks(client) -> dict[str, str]:
    """What is wrong."""
    return {name: reason for name, reason in client.get("/readyz").json()["checks"].items() if reason != "ok"}


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


def test_a_sweep_that_the_beat_has_not_asked_for_yet_is_not_late(client, all_alive):
    Heartbeat.objects.filter(name="deliver").delete()
    PeriodicTask.objects.filter(name="deliver").update(last_run_at=None)
    assert checks(client) == {}

    PeriodicTask.objects.update(last_run_at=now() - timedelta(hours=1))
    PeriodicTask.objects.filter(name="deliver").update(last_run_at=None)
    assert checks(client)["sweeps"] == "deliver has never run"


def test_a_sweep_that_is_switched_off_is_named_at_once(client, all_alive):
    PeriodicTask.objects.filter(name="fire_levels").update(enabled=False)

    assert checks(client) == {"schedule": "switched off among the periodic tasks: fire_levels"}


def test_a_beat_that_ended_is_told_from_a_worker_that_ended(client, all_alive):
    a_while_ago = now() - timedelta(minutes=10)
    PeriodicTask.objects.update(last_run_at=a_while_ago)
    Heartbeat.objects.update(last_at=a_while_ago)

    assert checks(client).keys() == {"beat", "sweeps"}
    assert checks(client)["beat"] == "silent for 600 s"


def test_a_beat_that_never_ran_is_named(client, db):
    assert checks(client)["beat"] == "has never run"


@pytest.mark.parametrize("queue", ["pulse", "work"])
def test_a_missing_kind_of_worker_is_named(client, all_alive, queue):
    names = [sweep.name for sweep in SWEEPS if sweep.queue == queue]
    Heartbeat.objects.filter(name__in=names).update(last_at=now() - timedelta(minutes=10))

    assert checks(client)["workers"] == f"nobody works on the queue {queue}"
    assert "beat" not in checks(client)


def test_a_dead_redis_is_named_and_nothing_hangs(client, all_alive, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "no answer" in answer.json()["checks"]["redis"]


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_only_reading_is_answered(client, path, db):
    assert client.post(path).status_code == 405
