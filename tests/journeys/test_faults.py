"""kill -9 in mid-load: what was acknowledged is there, each fact is told once, and a repeat is at most one a kill."""

import json
import threading
import time
import uuid

import httpx
import pytest

from tests.folders import data_folder
from tests.journeys.installation import Installation, eventually, running
from tests.journeys.killing import descendants, kill

pytestmark = [pytest.mark.load, pytest.mark.timeout(600)]

# What each victim's command line holds. The order is that of the kills.
VICTIMS = ("-Q pulse", "-Q work", "celery -A helpdesk beat", "valkey-server", "bin/postgres", "-Q work", "-Q pulse")
SECONDS_BETWEEN_KILLS = 4.0
WRITERS = 4

COUNTS = """
import json
from notifications.models import Delivery, Notification
from tickets.models import Message, OutboxEntry, Ticket
print(json.dumps({
    "titles": list(Ticket.objects.filter(title__startswith="fault ").values_list("title", flat=True)),
    "bodies": list(Message.objects.filter(body__startswith="answer ").values_list("body", flat=True)),
    "unhandled": OutboxEntry.objects.filter(position=None).count(),
    "waiting": Delivery.objects.filter(state="waiting", recipient__email__endswith="@fault.example").count(),
    "told": Notification.objects.filter(kind="opened", recipient__email__endswith="@fault.example").count(),
    "mails": Delivery.objects.filter(channel="email", recipient__email__endswith="@fault.example", state="sent").count(),
}))
"""


class Writer(threading.Thread):
    """Opens tickets and answers them, each act repeated with its key until it is acknowledged."""

    def __init__(self, installation: Installation, token: str, number: int, until: float) -> None:
        super().__init__(daemon=True)
        self.installation, self.token, self.number, self.until = installation, token, number, until
        self.titles: list[str] = []
        self.bodies: list[str] = []

    def run(self) -> None:
        with self.installation.api(self.token) as client:
            while time.monotonic() < self.until:
                self._one(client)

    def _one(self, client: httpx.Client) -> None:
        key = uuid.uuid4().hex
        body = {"title": f"fault {key}", "description": "?", "category": "payment",
                "customer_email": f"{self.number}@fault.example"}  # fmt: skip
        opened = self._insist(client, "/tickets/", key, body)
        self.titles.append(f"fault {key}")
        self._insist(client, f"/tickets/{opened['reference']}/messages/", key + "-a", {"body": f"answer {key}"})
        self.bodies.append(f"answer {key}")

    def _insist(self, client: httpx.Client, path: str, key: str, body: dict[str, str]) -> dict[str, str]:
        while True:
            try:
                answer = client.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                threading.Event().wait(0.3)
                continue
            if answer.status_code in (200, 201):
                return answer.json()
            assert answer.status_code >= 500, answer.text
            threading.Event().wait(0.3)


def test_nothing_acknowledged_is_lost_and_nothing_is_told_twice(mail, demo):
    with data_folder(like=demo) as folder, running(Installation(folder, mail)) as installation:
        token = installation.token("ada@desk.example", "--trusted")
        until = time.monotonic() + SECONDS_BETWEEN_KILLS * (len(VICTIMS) + 1)
        writers = [Writer(installation, token, number, until) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        for victim in VICTIMS:
            threading.Event().wait(SECONDS_BETWEEN_KILLS)
            eventually(
                lambda victim=victim: any(victim in c for c in descendants(installation.process.pid).values()),
                within=30,
            )
            kill(installation.process.pid, victim)
        for writer in writers:
            writer.join(timeout=120)
            assert not writer.is_alive()
        eventually(lambda: installation.get("/readyz").status_code == 200, within=60, every=0.5)

        def settled():
            counts = json.loads(installation.shell(COUNTS).splitlines()[-1])
            return counts if counts["unhandled"] == counts["waiting"] == 0 else None

        counts = eventually(settled, within=120, every=0.5)
        acknowledged = [title for writer in writers for title in writer.titles]
        assert len(acknowledged) > 20
        assert set(acknowledged) <= set(counts["titles"])
        assert len(set(counts["titles"])) == len(counts["titles"])
        assert {body for writer in writers for body in writer.bodies} <= set(counts["bodies"])
        assert len(set(counts["bodies"])) == len(counts["bodies"])
        assert counts["told"] == len(counts["titles"])
        received = [mail for mail in mail.mails if "@fault.example" in str(mail["To"])]
        distinct = {mail["Message-ID"] for mail in received}
        assert len(distinct) == counts["mails"] == 2 * len(counts["titles"])
        assert len(received) - len(distinct) <= len(VICTIMS)
