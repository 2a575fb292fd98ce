"""Two web processes, two of each worker and two beats on one database and broker: nothing fires twice."""

from collections import Counter

import pytest

from tests.folders import data_folder
from tests.journeys.installation import Installation, eventually, running

pytestmark = [pytest.mark.load, pytest.mark.timeout(400)]

TICKETS = 12


def test_two_of_everything_do_each_thing_once(installation, mail):
    # The second one's servers are the first one's, whose people are the demo's.
    as_well = installation.servers() | {"DEMO": "1", "EMBEDDED_SERVERS": "1"}
    with data_folder() as folder, running(Installation(folder, mail), **as_well) as second:
        installation.shell("from tests.journeys.desk import make_hasty; make_hasty()")
        token = installation.token("ada@desk.example", "--trusted")
        with installation.api(token) as here, second.api(token) as there:
            references = [_open(here if number % 2 else there, number) for number in range(TICKETS)]

            def histories():
                found = [_kinds(here, reference) for reference in references]
                return found if all(kinds["escalation.raised"] == 3 for kinds in found) else None

            for kinds in eventually(histories, within=90, every=2):
                assert kinds["sla.warned"] == kinds["sla.breached"] == 1
                assert kinds["ticket.assigned"] == 2
                assert kinds["ticket.priority_changed"] == 1
        eventually(lambda: len(_acknowledgements(mail, references)) >= TICKETS, within=60)
        assert Counter(_acknowledgements(mail, references)).most_common(1)[0][1] == 1
        assert len({each["Message-ID"] for each in mail.mails}) == len(mail.mails)


def _open(client, number):
    body = {
        "title": f"Twice? {number}",
        "description": "?",
        "category": "hasty",
        "customer_email": f"{number}@two.example",
    }
    answer = client.post("/tickets/", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()["reference"]


def _kinds(client, reference):
    events = client.get(f"/tickets/{reference}/events/?page_size=100").json()["results"]
    return Counter(event["kind"] for event in events)


def _acknowledgements(mail, references):
    subjects = [str(each["Subject"]) for each in list(mail.mails) if "@two.example" in str(each["To"])]
    return [subject for subject in subjects if any(reference in subject for reference in references)]
