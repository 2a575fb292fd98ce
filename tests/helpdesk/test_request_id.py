"""One id from the proxy through the request and its refusals to the task that it caused: on every line of the logs."""

import io
import json
import logging
import threading
from collections.abc import Callable, Iterator

import pytest
import structlog
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import transaction
from structlog.stdlib import ProcessorFormatter

from tickets.wake_up import wake_after_commit

QUEUE = "request-id"


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict]]]:
    """The lines of the log, as an installation writes them."""
    root = logging.getLogger()
    ours = next(handler for handler in root.handlers if isinstance(handler.formatter, ProcessorFormatter))
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(ours.formatter)
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.removeHandler(handler)


def test_a_well_formed_id_of_the_proxy_is_taken_and_sent_back(client):
    assert client.get("/livez", headers={"X-Request-ID": "proxy-1.a_b"})["X-Request-ID"] == "proxy-1.a_b"


@pytest.mark.parametrize("offered", ["", "a" * 65, "x y", 'a"b', "naïve"])
def test_any_other_one_is_replaced(client, offered):
    given = client.get("/livez", headers={"X-Request-ID": offered})["X-Request-ID"]

    assert given != offered
    assert len(given) == 32


def test_a_refusal_is_logged_with_the_id_and_nothing_after_the_request_is(client, db, written):
    client.get("/metrics", headers={"X-Request-ID": "first", "Via": "proxy"})
    client.get("/metrics", headers={"X-Request-ID": "second", "Via": "proxy"})
    logging.getLogger("somebody").warning("afterwards")

    assert [line.get("request_id") for line in written()] == ["first", "second", None]


@pytest.fixture
def heard() -> Iterator[list[dict]]:
    """What a task in a real worker finds bound to its logs."""
    found: list[dict] = []

    @current_app.task(name="tests.listen")
    def listen() -> None:
        found.append(structlog.contextvars.get_contextvars())
        done.set()

    done = threading.Event()
    with start_worker(
        current_app, pool="solo", queues=[QUEUE], perform_ping_check=False, shutdown_timeout=30, loglevel="ERROR"
    ):
        yield found
        assert done.wait(20)
    current_app.tasks.pop("tests.listen")


@pytest.mark.django_db(transaction=True)
def test_the_task_that_a_request_causes_carries_its_id(heard):
    with structlog.contextvars.bound_contextvars(request_id="from-the-proxy"), transaction.atomic():
        wake_after_commit("tests.listen", queue=QUEUE)

    assert eventually(lambda: bool(heard))
    assert heard == [{"request_id": "from-the-proxy", "task": "tests.listen"}]


@pytest.mark.django_db(transaction=True)
def test_a_task_of_the_beat_carries_its_own(heard):
    sent = current_app.send_task("tests.listen", queue=QUEUE)

    assert eventually(lambda: bool(heard))
    assert heard == [{"request_id": sent.id, "task": "tests.listen"}]


def eventually(condition) -> bool:
    for _ in range(200):
        if condition():
            return True
        threading.Event().wait(0.1)
    return False
