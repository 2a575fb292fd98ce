"""The home of leads: what slips first, each row with its acts."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from escalation.kinds import SLA_BREACHED
from escalation.models import Acknowledgement
from escalation.services.acknowledging import latest_alert
from escalation.services.sweeping import sweep_clocks
from helpdesk.core.models import Heartbeat
from helpdesk.schedule import SWEEPS
from notifications.models import Delivery
from tests.cast import make_agent
from tests.console.home.conftest import failed_delivery
from tickets.models import Ticket
from tickets.services.resolving import resolve_ticket

PARTS = ["/admin/", "/admin/home/slips/", "/admin/home/flow/", "/admin/home/people/", "/admin/home/spread/"]
TABLES = ["/admin/home/flow/csv/", "/admin/home/spread/csv/"]
BUDGET = 12


def body(response):
    return response.content.decode()


def test_a_lead_sees_what_slips_in_their_team(cast, late, seen_by):
    page = body(seen_by(cast.lena).get("/admin/"))

    assert "First response is overdue" in page
    assert f"/admin/tickets/ticket/{late.reference}/" in page
    assert "Charged twice &lt;b&gt;again&lt;/b&gt;" in page


def test_a_lead_of_another_team_does_not(cast, late, seen_by):
    cast.noor.memberships.update(role="lead")

    for part in PARTS:
        page = seen_by(cast.noor).get(part)
        assert page.status_code == 200
        assert late.reference not in body(page)
        assert "Amir" not in body(page)


def test_an_administrator_sees_all(cast, late, seen_by):
    assert late.reference in body(seen_by(cast.ada).get("/admin/"))


def test_what_is_acknowledged_leaves_the_list_until_something_new_happens(cast, late, seen_by):
    client, alert = seen_by(cast.lena), latest_alert(late)
    address = f"/admin/home/alerts/{alert.pk}/acknowledgement/"
    assert "Charged twice" in body(client.get(address))
    answer = client.post(address, {"reason": "Called"}, HTTP_HX_REQUEST="true")

    assert answer.status_code == 204
    assert late.reference in json.loads(answer["HX-Trigger"])["home:done"]["text"]
    assert Acknowledgement.objects.get().reason == "Called"
    assert address not in body(client.get("/admin/home/slips/"))

    sweep_clocks(as_of=now() + timedelta(hours=40))
    newer = latest_alert(late)
    assert newer.kind == SLA_BREACHED
    assert f"/admin/home/alerts/{newer.pk}/acknowledgement/" in body(client.get("/admin/home/slips/"))


def test_what_is_resolved_slips_no_more(cast, late, seen_by):
    resolve_ticket(late, by=cast.lena)

    assert late.reference not in body(seen_by(cast.lena).get("/admin/home/slips/"))


def test_a_row_is_given_to_somebody_else(cast, late, seen_by):
    berta, client = make_agent("Berta", cast.billing), seen_by(cast.lena)
    address = f"/admin/home/tickets/{late.reference}/assignment/"
    assert "Berta" in body(client.get(address))
    answer = client.post(address, {"assignee": berta.pk}, HTTP_HX_REQUEST="true")

    assert answer.status_code == 204
    assert Ticket.objects.get(pk=late.pk).assignee == berta


def test_the_next_best_takes_it(cast, late, seen_by):
    make_agent("Berta", cast.billing)
    seen_by(cast.lena).post(f"/admin/home/tickets/{late.reference}/assignment/", {"assignee": "next_best"})

    assert Ticket.objects.get(pk=late.pk).assignee not in (None, late.assignee)


@pytest.mark.parametrize("nobody", ["", "0", "nonsense", "9" * 30])
def test_without_a_person_nothing_changes(cast, late, seen_by, nobody):
    answer = seen_by(cast.lena).post(f"/admin/home/tickets/{late.reference}/assignment/", {"assignee": nobody})

    assert "Choose who takes it." in body(answer)
    assert Ticket.objects.get(pk=late.pk).assignee == late.assignee


def test_somebody_of_another_team_may_get_it_but_no_customer(cast, late, seen_by):
    address = f"/admin/home/tickets/{late.reference}/assignment/"
    answer = seen_by(cast.lena).post(address, {"assignee": cast.rosa.pk})

    assert "is not an active agent" in body(answer)
    assert Ticket.objects.get(pk=late.pk).assignee == late.assignee


def test_messages_that_failed_are_tried_again(cast, late, seen_by):
    delivery, client = failed_delivery(late, cast.rosa), seen_by(cast.lena)
    assert "550 no such mailbox" in body(client.get("/admin/"))
    client.post("/admin/home/deliveries/retry/", {"delivery": delivery.pk})

    assert Delivery.objects.get().state == Delivery.State.WAITING
    assert "550 no such mailbox" not in body(client.get("/admin/home/slips/"))


@pytest.mark.parametrize("who", ["noor", "amir"])
def test_others_neither_see_them_nor_try_again(cast, late, seen_by, who):
    delivery = failed_delivery(late, cast.rosa)
    cast.noor.memberships.update(role="lead")
    client = seen_by(getattr(cast, who))
    for data in ({}, {"delivery": delivery.pk}, {"delivery": "nonsense"}):
        client.post("/admin/home/deliveries/retry/", data)

    assert "550" not in body(client.get("/admin/"))
    assert Delivery.objects.get().state == Delivery.State.DEAD


def test_sweeps_that_do_not_run_are_named(cast, seen_by):
    client = seen_by(cast.lena)
    assert "never ran" in body(client.get("/admin/"))
    for sweep in SWEEPS:
        Heartbeat.objects.note(sweep.name)

    assert "Everything runs on time" in body(client.get("/admin/"))


def test_nothing_slips_is_said(cast, seen_by):
    assert "Nothing slips" in body(seen_by(cast.lena).get("/admin/"))


@pytest.mark.parametrize("part", PARTS)
def test_a_part_costs_the_same_however_much_there_is(cast, late, seen_by, part):
    client = seen_by(cast.lena)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert client.get(part).status_code == 200
        return len(captured)

    failed_delivery(late, cast.rosa)
    once = queries()
    for hours in range(2, 12):
        make_agent(f"Agent{hours}", cast.billing)
        failed_delivery(cast.open_ticket(at=now() - timedelta(hours=hours)), cast.rosa)
    sweep_clocks(as_of=now())

    assert queries() == once <= BUDGET


@pytest.mark.parametrize("part", PARTS)
def test_looking_changes_nothing(cast, late, seen_by, part):
    client = seen_by(cast.lena)
    with CaptureQueriesContext(connection) as captured:
        client.get(part)

    assert {query["sql"].lstrip("(").split()[0] for query in captured} == {"SELECT"}


@pytest.mark.parametrize("address", TABLES)
def test_each_chart_is_a_table_to_download_for_leads_only(cast, late, seen_by, address):
    rows = body(seen_by(cast.lena).get(address)).splitlines()

    assert len(rows) > 1
    assert len({len(row.split(",")) for row in rows}) == 1
    assert seen_by(cast.amir).get(address).status_code == 404
    assert seen_by(cast.rosa).get(address).status_code == 302


def test_no_formula_gets_into_a_table(cast, late, seen_by):
    late.team.name = "=HYPERLINK(1)"
    late.team.save()

    assert ",'=HYPERLINK(1)," in body(seen_by(cast.lena).get("/admin/home/spread/csv/"))


def test_more_alerts_than_fit_are_shown_on_request(cast, late, seen_by, monkeypatch):
    monkeypatch.setattr("helpdesk.analytics.home.pages.SHOWN", 1)
    newer = cast.open_ticket(at=now() - timedelta(days=2))
    sweep_clocks(as_of=now(), limit=100)
    client = seen_by(cast.lena)

    few = body(client.get("/admin/home/slips/"))
    assert (late.reference in few) + (newer.reference in few) == 1
    assert "/admin/?all" in body(client.get("/admin/"))
    shown = body(client.get("/admin/?all"))
    assert (late.reference in shown, newer.reference in shown) == (True, True)
