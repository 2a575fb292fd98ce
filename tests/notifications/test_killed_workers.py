"""Workers that are killed at random moments: everybody is told each fact once, and repeats of mails are no more than kills.

`KILLS=500 ./run test tests/notifications/test_killed_workers.py -n0` kills more of them.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils.timezone import now

from escalation.models import Escalation, EscalationTimer
from escalation.services.firing import fire_due_levels
from notifications.models import Delivery, Notification
from notifications.services.delivering import LEASE, deliver_due
from tests.cast import assemble
from tests.escalation.desk import HOUR, climb, promise
from tickets.models import OutboxEntry
from tickets.relay import relay

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "1"))

# A worker that does nothing but fire, relay and send, on the tests' own database.
WORKER = """
import os, sys
import django
from django.conf import settings
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(sys.argv[2])
settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
django.setup()
from django.utils.timezone import now
from escalation.services.firing import fire_due_levels
from notifications.services.delivering import deliver_due
from tickets.relay import relay
print("ready", flush=True)
sys.stdin.readline()
while True:
    fire_due_levels(as_of=now(), limit=5)
    relay()
    deliver_due(as_of=now(), limit=10)
"""


def worker(port: int) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], str(port)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def settle() -> bool:
    """Do what is left. Returns whether nothing is. The leases of the dead have ended."""
    Delivery.objects.exclude(lease_until=None).update(lease_until=now() - LEASE)
    OutboxEntry.objects.exclude(lease_until=None).update(lease_until=now() - LEASE)
    fire_due_levels(as_of=now(), limit=10_000)
    relay()
    # What waits for its mail to be worth sending is sent, too.
    deliver_due(as_of=now() + timedelta(days=1), limit=10_000)
    is_told = not OutboxEntry.objects.filter(position=None).exists()
    is_sent = not Delivery.objects.filter(state=Delivery.State.WAITING).exists()
    return is_told and is_sent and not EscalationTimer.objects.filter(due_at__lte=now()).exists()


def settled() -> bool:
    # The statements of the dead are rolled back by the server as soon as it notices.
    return any(settle() or time.sleep(0.1) for _try in range(100))


@pytest.mark.timeout(4 * 3600)
@pytest.mark.django_db(transaction=True)
def test_everybody_is_told_once_however_often_workers_die(smtp):
    chance = random.Random(SEED)
    cast = assemble()
    promise()
    climb((75, [{"do": "notify", "who": "lead"}, {"do": "message", "text": "We are still on it."}]))
    at = now() - 3 * HOUR
    undisturbed = cast.open_ticket(at=at)
    assert settled()
    told_each = Notification.objects.filter(ticket=undisturbed).count()
    assert told_each >= 3

    tickets = [cast.open_ticket(at=at) for _number in range(max(20, KILLS * 2))]
    for _number in range(KILLS):
        with worker(smtp.controller.port) as process:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0.0, 0.35))
            os.kill(process.pid, signal.SIGKILL)
    assert settled()

    assert Escalation.objects.count() == len(tickets) + 1
    told = Counter(Notification.objects.values_list("event", "kind", "recipient"))
    assert set(told.values()) == {1}
    assert len(told) == told_each * (len(tickets) + 1)
    sent = Delivery.objects.filter(channel="email", state=Delivery.State.SENT)
    assert not Delivery.objects.filter(state=Delivery.State.DEAD).exists()
    arrived = Counter(mail["Message-ID"] for mail in smtp.mails)
    assert len(arrived) == sent.count()
    assert sum(arrived.values()) - len(arrived) <= KILLS
