"""Workers that are killed at random moments: each firing keeps one call, none is lost, repeats carry the same id.

`KILLS=100 ./run test tests/notifications/webhooks/test_killed_workers.py -n0` kills more of them.
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
from notifications.models import WebhookCall
from notifications.webhooks.sending import LEASE, call_due
from tests.cast import assemble
from tests.escalation.desk import HOUR, climb, promise

KILLS = int(os.environ.get("KILLS", "3"))
SEED = int(os.environ.get("SEED", "1"))

# A worker that does nothing but fire and call, on the tests' own database.
WORKER = """
import os, sys
import django
from django.conf import settings
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
settings.DATABASES["default"]["NAME"] = sys.argv[1]
settings.FETCH_PRIVATE_HOSTS = [sys.argv[2]]
django.setup()
from django.utils.timezone import now
from escalation.services.firing import fire_due_levels
from notifications.webhooks.sending import call_due
print("ready", flush=True)
sys.stdin.readline()
while True:
    fire_due_levels(as_of=now(), limit=5)
    call_due(as_of=now())
"""


def worker(host: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, connection.settings_dict["NAME"], host],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.timeout(4 * 3600)
@pytest.mark.django_db(transaction=True)
def test_each_firing_calls_once_however_often_workers_die(endpoint, receiver):
    chance = random.Random(SEED)
    cast = assemble()
    promise()
    climb((75, [{"do": "webhook", "endpoint": "pager"}]))
    tickets = [cast.open_ticket(at=now() - 3 * HOUR) for _number in range(max(20, KILLS * 8))]
    for _number in range(KILLS):
        with worker(receiver.host) as process:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0.0, 0.35))
            os.kill(process.pid, signal.SIGKILL)
    # The statements of the dead are rolled back by the server as soon as it notices.
    for _try in range(100):
        fire_due_levels(as_of=now(), limit=10_000)
        WebhookCall.objects.exclude(lease_until=None).update(lease_until=now() - LEASE)
        call_due(as_of=now() + timedelta(minutes=1), limit=10_000)
        if not EscalationTimer.objects.exists() and not WebhookCall.objects.still_open().exists():
            break
        time.sleep(0.1)

    arrived = Counter(call.message_id for call in receiver.received)
    assert Escalation.objects.count() == len(tickets)
    assert set(Counter(WebhookCall.objects.values_list("ticket", flat=True)).values()) == {1}
    assert set(arrived) == {call.message_id for call in WebhookCall.objects.filter(state="sent")}
    assert len(arrived) == len(tickets)
    assert sum(arrived.values()) - len(arrived) <= KILLS
