"""Workers that are killed at random moments, between any two statements: each level fires once, its acts with it.

`KILLS=500 ./run test tests/escalation/test_killed_workers.py -n0` kills more of them.
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

from escalation.kinds import ESCALATION_RAISED
from escalation.models import Escalation, EscalationTimer
from escalation.services.firing import fire_due_levels
from tests.cast import MONDAY, assemble
from tests.escalation.desk import HOUR, climb, promise
from tickets.models import Message, TicketEvent

KILLS = int(os.environ.get("KILLS", "4"))
SEED = int(os.environ.get("SEED", "1"))
AS_OF = MONDAY + 10 * HOUR

# A worker that does nothing but sweep, on the tests' own database.
WORKER = """
import os, sys
from datetime import datetime
import django
from django.conf import settings
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from escalation.services.firing import fire_due_levels
print("ready", flush=True)
for line in sys.stdin:
    fire_due_levels(as_of=datetime.fromisoformat(sys.argv[2]), limit=int(line))
    print("done", flush=True)
"""


def worker() -> subprocess.Popen[str]:
    name = connection.settings_dict["NAME"]
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, name, AS_OF.isoformat()],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.mark.timeout(4 * 3600)
@pytest.mark.django_db(transaction=True)
def test_each_level_fires_once_however_often_workers_die():
    chance = random.Random(SEED)
    cast = assemble()
    promise()
    policies = [
        climb(*[(percent, [{"do": "note", "text": f"{name} {percent}"}]) for percent in (50, 75, 100)], name=name)
        for name in ("a", "b")
    ]
    for policy in policies:
        policy.is_active = True
        policy.save()
    tickets = [cast.open_ticket() for _number in range(max(20, KILLS * 2))]
    died = 0
    while died < KILLS and EscalationTimer.objects.exists():
        with worker() as process:
            assert process.stdin is not None
            process.stdin.write("500\n")
            process.stdin.flush()
            time.sleep(chance.uniform(0.0, 0.35))
            os.kill(process.pid, signal.SIGKILL)
        died += 1
    # The statements of the dead are rolled back by the server as soon as it notices.
    for _try in range(100):
        fire_due_levels(as_of=AS_OF + timedelta(seconds=1), limit=10_000)
        if not EscalationTimer.objects.exists():
            break
        time.sleep(0.1)
    fired = Counter(Escalation.objects.values_list("ticket", "level__policy", "level__number"))
    assert set(fired.values()) == {1}
    assert len(fired) == len(tickets) * 6
    # After so long only the highest level of a policy acts, and says so once.
    raised = Counter(
        (event.ticket_id, event.data["policy"]) for event in TicketEvent.objects.filter(kind=ESCALATION_RAISED)
    )
    assert set(raised.values()) == {1}
    notes = Counter(Message.objects.filter(is_internal=True).values_list("ticket", "body"))
    assert set(notes.values()) == {1}
    assert len(notes) == len(raised) == len(tickets) * 2
