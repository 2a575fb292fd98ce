"""The main job, end to end, on real processes: no eager task, no in-memory layer, no frozen clock."""

from datetime import datetime

import pytest

from tests.journeys.desk import FIRST_RESPONSE_SECONDS
from tests.journeys.installation import eventually

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]

BODY = (
    b'{"title": "Login Issue", "description": "Unable to login to portal", "category": "technical", '
    b'"priority": "high", "createdBy": "user123", "customerEmail": "user@example.com"}'
)


@pytest.fixture(scope="module")
def admin(installation):
    with installation.api(installation.token("ada@desk.example", "--trusted")) as client:
        yield client


def instant(text):
    return datetime.fromisoformat(text)


def events_of(client, reference):
    """Oldest first."""
    return client.get(f"/tickets/{reference}/events/?page_size=100").json()["results"][::-1]


def test_the_body_finds_its_team_its_person_and_its_deadlines_and_the_reply_reaches_the_customer(
    installation, admin, mail
):
    posted = admin.post("/tickets/", content=BODY, headers={"Content-Type": "application/json"})
    assert posted.status_code == 201, posted.text
    ticket = posted.json()
    assert ticket["team"]["slug"] == "technical"
    assert ticket["status"] == "assigned"
    assert (
        instant(ticket["opened_at"]) < instant(ticket["first_response_due_at"]) < instant(ticket["resolution_due_at"])
    )
    assert ticket["created_by"] == "user123"
    reference = ticket["reference"]

    def mails():
        return [each for each in mail.to("user@example.com") if reference in each["Subject"]]

    acknowledged = eventually(mails, within=30)[0]
    assert ticket["assignee"]["name"].split()[0] in acknowledged.get_body(("plain",)).get_content()

    agent = installation.token(ticket["assignee"]["email"])
    with installation.live(agent) as hints, installation.api(agent) as as_agent:
        answered = as_agent.post(f"/tickets/{reference}/messages/", json={"body": "Please try the new link."})
        assert answered.status_code == 201, answered.text
        eventually(lambda: [hint for hint in hints.of("ticket.replied") if hint["ticket"] == reference], within=10)
        assert as_agent.get(f"/tickets/{reference}/").json()["status"] == "in_progress"
    reply = eventually(
        lambda: [each for each in mails() if "new link" in each.get_body(("plain",)).get_content()],
        within=30,
    )[0]
    assert reply.get_body(("html",)) is not None
    assert len({m["Message-ID"] for m in mail.mails}) == len(mail.mails)


def test_the_agents_open_page_hears_of_a_new_assignment(installation, admin):
    listening = {
        email: installation.token(email)
        for email in ("noor@desk.example", "beatriz@desk.example", "jonas@desk.example")
    }
    with (
        installation.live(listening["noor@desk.example"]) as noor,
        installation.live(listening["beatriz@desk.example"]) as beatriz,
        installation.live(listening["jonas@desk.example"]) as jonas,
    ):
        ticket = admin.post("/tickets/", content=BODY, headers={"Content-Type": "application/json"}).json()
        for hints in (noor, beatriz, jonas):
            eventually(
                lambda hints=hints: [h for h in hints.of("ticket.assigned") if h["ticket"] == ticket["reference"]],
                within=10,
            )


def test_a_critical_ticket_goes_to_a_lead_who_works_now_or_is_watched_by_one(installation, admin):
    ticket = admin.post(
        "/tickets/",
        json={"title": "All doors locked", "description": "Fire alarm", "category": "payment", "priority": "critical"},
    ).json()
    routing = admin.get(f"/tickets/{ticket['reference']}/routing/").json()
    assert ticket["priority"] == "critical"
    if ticket["assignee"]["email"] == "lena@desk.example":
        assert "lead" in routing["sentence"].lower()
    else:
        kinds = [event["kind"] for event in events_of(admin, ticket["reference"])]
        assert "ticket.watcher_added" in kinds


def test_a_ticket_with_seconds_to_go_warns_breaches_and_climbs_three_levels(installation, admin):
    installation.shell("from tests.journeys.desk import make_hasty; make_hasty()")
    ticket = admin.post("/tickets/", json={"title": "Now!", "description": "At once", "category": "hasty"}).json()
    reference = ticket["reference"]
    due = instant(ticket["first_response_due_at"])
    assert (due - instant(ticket["opened_at"])).total_seconds() == FIRST_RESPONSE_SECONDS

    def climbed():
        return [e for e in events_of(admin, reference) if e["kind"] == "escalation.raised"][2:]

    eventually(climbed, within=60, every=1)
    events = events_of(admin, reference)
    assert [e["data"]["level"] for e in events if e["kind"] == "escalation.raised"] == [1, 2, 3]
    assert [e["kind"] for e in events].count("sla.warned") == 1
    assert [e["kind"] for e in events].count("sla.breached") == 1
    clocks = {clock["metric"]: clock for clock in admin.get(f"/tickets/{reference}/clocks/").json()}
    assert instant(clocks["first_response"]["breached_at"]) == due
    assert instant(clocks["first_response"]["due_at"]) == due
    now = admin.get(f"/tickets/{reference}/").json()
    assert now["priority"] == "high"
    assert now["assignee"]["email"] != ticket["assignee"]["email"]
    for event in events:
        assert event["actor"] is not None or event["cause"]
    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
