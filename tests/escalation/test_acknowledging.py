"""Somebody has seen an alert: said once, remembered, and told in the history."""

from datetime import timedelta

import pytest

from escalation.kinds import ESCALATION_ACKNOWLEDGED, SLA_BREACHED, SLA_WARNED
from escalation.models import Acknowledgement
from escalation.services.acknowledging import NotAnAlert, ReasonTooLong, acknowledge, latest_alert
from escalation.services.sweeping import sweep_clocks
from helpdesk.core.errors import NotPermitted
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, promise
from tickets.models import TicketEvent
from tickets.timeline.telling import told

LATE = MONDAY + 5 * HOUR
SEEN = LATE + timedelta(minutes=3)


@pytest.fixture
def alert(cast) -> TicketEvent:
    promise()
    ticket = cast.open_ticket()
    sweep_clocks(as_of=LATE)
    return ticket.events.get(kind=SLA_BREACHED)


def acknowledgements(alert):
    return TicketEvent.objects.filter(ticket=alert.ticket_id, kind=ESCALATION_ACKNOWLEDGED)


def test_it_is_remembered_with_its_reason_and_told_in_the_history(cast, alert):
    seen = acknowledge(alert, by=cast.lena, reason="They know,\n I called", at=SEEN)
    event = acknowledgements(alert).get()

    assert (seen.by, seen.at, seen.reason) == (cast.lena, SEEN, "They know, I called")
    assert (event.actor, event.data) == (cast.lena, {"alert": alert.pk, "kind": SLA_BREACHED})
    assert told([event])[0].text == "Lena has seen that it is overdue"


def test_the_first_one_stays(cast, alert):
    acknowledge(alert, by=cast.lena, reason="First", at=SEEN)
    again = acknowledge(alert, by=cast.ada, reason="Second", at=SEEN)

    assert (again.by, again.reason) == (cast.lena, "First")
    assert acknowledgements(alert).count() == 1


def test_only_who_works_on_the_ticket_may(cast, alert):
    for stranger in (cast.noor, cast.rosa, cast.otto):
        with pytest.raises(NotPermitted):
            acknowledge(alert, by=stranger, at=SEEN)
    assert not Acknowledgement.objects.exists()


def test_nothing_else_can_be_acknowledged(cast, alert):
    opened = TicketEvent.objects.get(ticket=alert.ticket_id, seq=1)

    with pytest.raises(NotAnAlert):
        acknowledge(opened, by=cast.lena, at=SEEN)


def test_a_novel_is_no_reason(cast, alert):
    with pytest.raises(ReasonTooLong):
        acknowledge(alert, by=cast.lena, reason="x" * 301, at=SEEN)


def test_the_promise_stays_as_it_is(cast, alert):
    before = alert.ticket.clocks.order_by("pk").values_list("state", "due_at", "breached_at")
    was = list(before)
    acknowledge(alert, by=cast.lena, at=SEEN)

    assert list(before.all()) == was


def test_the_newest_alert_of_a_ticket_is_found(cast, alert):
    assert latest_alert(alert.ticket) == alert.ticket.events.filter(kind__in=(SLA_WARNED, SLA_BREACHED)).last()


def test_the_api_acknowledges_the_newest_alert(cast, alert, client):
    client.force_login(cast.lena)
    address = f"/api/v1/tickets/{alert.ticket.reference}/acknowledgement/"
    answer = client.post(address, {"reason": "Seen"}, content_type="application/json")

    assert answer.status_code == 200
    assert answer.json()["alert"] == latest_alert(alert.ticket).seq
    assert answer.json()["by"] == cast.lena.pk
    assert Acknowledgement.objects.get().reason == "Seen"


def test_the_api_says_when_there_is_nothing_to_acknowledge(cast, client):
    promise()
    ticket = cast.open_ticket()
    client.force_login(cast.lena)
    answer = client.post(f"/api/v1/tickets/{ticket.reference}/acknowledgement/", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "no_alert")
