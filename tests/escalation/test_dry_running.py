"""Dry runs: what an automation would have done, found with few queries however much has happened."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.models import Automation, Happening
from escalation.services import dry_run as dry_running
from escalation.services.dry_run import dry_run
from tests.cast import MONDAY
from tests.escalation.desk import HOUR
from tickets.services.conversing import reply
from tickets.services.following import add_tag
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import resolve_ticket
from tickets.services.undoing import undo_resolution


def play(happening, *, after=timedelta(0), conditions=None):
    automation = Automation(
        name="A", happening=happening, after_seconds=after.total_seconds(), conditions=conditions or {}
    )
    return dry_run(automation, days=30, as_of=MONDAY + 24 * HOUR)


@pytest.mark.parametrize(
    ("happening", "count"),
    [(Happening.OPENED, 2), (Happening.CUSTOMER_WROTE, 1), (Happening.STAFF_WROTE, 2), (Happening.TAGGED, 0)],
)
def test_only_what_it_waits_for_is_looked_at(cast, happening, count):
    first, second = cast.open_ticket(), cast.open_ticket()
    reply(first, body="Hello?", by=cast.rosa, channel="web", at=MONDAY + HOUR)
    for ticket in (first, second):
        reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + 2 * HOUR)
    run = play(happening)
    assert (run.looked_at, run.would_act, run.is_cut) == (count, count, False)


def test_what_was_answered_or_undone_would_not_have_been_acted_on(cast):
    quiet, answered, undone = (cast.open_ticket() for _number in range(3))
    for ticket in (quiet, answered):
        wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    reply(answered, body="Here", by=cast.rosa, channel="web", at=MONDAY + 2 * HOUR)
    assert [ticket for ticket, _due in play(Happening.PENDED, after=2 * HOUR).shown] == [quiet]
    resolve_ticket(undone, by=cast.amir, at=MONDAY)
    undo_resolution(undone, by=cast.amir, at=MONDAY)
    assert (play(Happening.RESOLVED).shown, play(Happening.REOPENED).shown) == ([], [])


def test_it_asks_as_often_for_many_events_as_for_one_and_stops_at_the_most(cast, monkeypatch):
    def queries():
        with CaptureQueriesContext(connection) as captured:
            run = play(Happening.OPENED, after=HOUR, conditions={"tag": ["vip"], "category": ["billing"]})
        return len(captured), run.would_act

    add_tag(cast.open_ticket(), name="vip", by=cast.amir, at=MONDAY)
    queries()
    few = queries()
    for _number in range(12):
        add_tag(cast.open_ticket(), name="vip", by=cast.amir, at=MONDAY)
    many = queries()
    assert (few, many) == ((few[0], 1), (few[0], 13))
    assert few[0] <= 4
    monkeypatch.setattr(dry_running, "MOST_EVENTS", 5)
    run = play(Happening.OPENED)
    assert (run.looked_at, run.is_cut) == (5, True)
