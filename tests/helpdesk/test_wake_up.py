"""Whoever leaves work in the database wakes the task that does it; one wake-up on its way is enough."""

import threading

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import transaction

from tickets.wake_up import wake_after_commit

QUEUE, TASK = "tests", "tests.count"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(monkeypatch) -> list[str]:
    found: list[str] = []
    send = current_app.send_task

    def noted(name, **options):
        found.append(name)
        return send(name, **options)

    monkeypatch.setattr(current_app._get_current_object(), "send_task", noted)
    return found


def commit() -> None:
    with transaction.atomic():
        wake_after_commit(TASK, queue=QUEUE)


def test_many_commits_send_one_and_the_next_after_it_has_begun(sent):
    begun = threading.Semaphore(0)

    @current_app.task(name=TASK)
    def count() -> None:
        begun.release()

    for _commit in range(3):
        commit()
    assert sent == [TASK]
    with start_worker(
        current_app, pool="solo", queues=[QUEUE], perform_ping_check=False, shutdown_timeout=30, loglevel="ERROR"
    ):
        assert begun.acquire(timeout=20)
        commit()
        assert begun.acquire(timeout=20)
    current_app.tasks.pop(TASK)
    assert sent == [TASK, TASK]


def test_a_rollback_wakes_nobody(sent):
    with transaction.atomic():
        wake_after_commit(TASK, queue=QUEUE)
        transaction.set_rollback(True)
    assert sent == []
