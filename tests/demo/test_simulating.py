"""Live traffic: through the same verbs as people, bounded, and it ends when it is told to."""

import os
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.simulating.traffic import MOST_AT_ONCE, Traffic
from tests.cast import MONDAY, ship
from tickets.models import Message, Ticket, TicketEvent
from tickets.services.resolving import close_ticket, resolve_ticket

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def desk(db, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    set_up_desk(as_of=MONDAY)


def play(traffic, steps, *, begins=MONDAY):
    return [traffic.step(at=begins + timedelta(seconds=20 * number)) for number in range(steps)]


def test_both_sides_write_and_tickets_are_resolved(desk):
    said = play(Traffic(Random(1)), 60)

    kinds = Counter(TicketEvent.objects.values_list("kind", flat=True))
    assert kinds["ticket.opened"] >= 10
    assert kinds["ticket.resolved"] >= 5
    sides = Counter(TicketEvent.objects.filter(kind="ticket.replied").values_list("data__by_staff", flat=True))
    assert sides[True] >= 5
    assert sides[False] >= 5
    assert len(said) == 60
    assert not [line for line in said if "left alone" in line]


def test_the_same_seed_is_the_same_traffic(desk):
    first = play(Traffic(Random(7)), 12)
    names = list(Ticket.objects.order_by("pk").values_list("title", flat=True))

    assert [line.split(":")[0] for line in play(Traffic(Random(7)), 12, begins=MONDAY + timedelta(days=1))] == [
        line.split(":")[0] for line in first
    ]
    assert names


def test_never_more_than_a_few_go_on_at_once_and_the_pool_begins_again(desk):
    traffic, most = Traffic(Random(3)), 0
    for number in range(150):
        traffic.step(at=MONDAY + timedelta(seconds=20 * number))
        most = max(most, len(traffic.running))

    assert most <= MOST_AT_ONCE
    assert Ticket.objects.count() > len(set(Ticket.objects.values_list("title", flat=True)))


def test_what_people_have_done_meanwhile_is_respected(desk):
    traffic = Traffic(Random(1))
    play(traffic, 3)
    for ticket in Ticket.objects.all():
        close_ticket(
            resolve_ticket(ticket, by=None, at=MONDAY + timedelta(minutes=2)), by=None, at=MONDAY + timedelta(minutes=2)
        )
    messages = Message.objects.count()
    play(traffic, 30, begins=MONDAY + timedelta(minutes=3))

    assert Message.objects.count() > messages


@pytest.mark.parametrize("nonsense", [{"rate": 0}, {"rate": 1000}, {"minutes": 0}, {"minutes": 10_000}, {"rate": -1}])
def test_it_is_bounded(desk, nonsense):
    with pytest.raises(CommandError, match="At most"):
        call_command("simulate", **nonsense)


def test_a_real_desk_is_left_alone(desk, settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="not the demo"):
        call_command("simulate")

    assert not Ticket.objects.exists()


def test_without_the_demos_people_it_says_what_to_do(db, settings, tmp_path):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    with pytest.raises(CommandError, match="load_demo"):
        call_command("simulate")


def test_it_ends_by_itself(desk, settings):
    told = StringIO()
    call_command("simulate", rate=120, minutes=0.01, seed=1, stdout=told)

    assert "acts." in told.getvalue()
    assert Ticket.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_when_it_is_told_to(settings, tmp_path, number):
    settings.DEMO, settings.DATA_DIR = True, tmp_path
    ship()
    set_up_desk(as_of=MONDAY)
    database = connection.settings_dict
    url = f"postgres://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    with subprocess.Popen(
        [sys.executable, "manage.py", "simulate", "--rate", "120", "--minutes", "5"],
        cwd=ROOT, text=True, stdout=subprocess.PIPE,
        env=os.environ | {"DATABASE_URL": url, "DEBUG": "1", "LOG_LEVEL": "ERROR"},
    ) as process:  # fmt: skip
        try:
            assert "asks" in process.stdout.readline()
            process.send_signal(number)
            assert "acts." in process.stdout.read()
            assert process.wait(timeout=20) == 0
        finally:
            process.kill()
