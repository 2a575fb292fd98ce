"""The sweep: exact instants, once each, whatever the poll and whoever else sweeps."""

from functools import partial

import pytest
from django.db import connection

from escalation.kinds import SLA_BREACHED, SLA_WARNED
from escalation.models import Clock, Metric
from escalation.models.clock import ClockState
from escalation.services import sweeping
from escalation.services.sweeping import sweep_clocks
from tests.cast import MONDAY, assemble
from tests.escalation.desk import HOUR, clock_of, promise
from tests.racing import race
from tickets.models import Ticket
from tickets.services.progressing import wait_for_customer

SECOND = HOUR / 3600


def kinds(ticket):
    return list(ticket.events.filter(kind__startswith="sla.").order_by("seq").values_list("kind", flat=True))


def test_nothing_before_its_instant_and_all_of_it_at_its_instant(cast):
    promise()
    ticket = cast.open_ticket()
    assert sweep_clocks(as_of=MONDAY + 3 * HOUR - SECOND) == 0
    assert sweep_clocks(as_of=MONDAY + 3 * HOUR) == 1
    assert sweep_clocks(as_of=MONDAY + 4 * HOUR) == 1
    assert kinds(ticket) == [SLA_WARNED, SLA_BREACHED]


def test_a_late_sweep_breaches_at_the_deadline_and_no_longer_warns(cast):
    promise()
    ticket = cast.open_ticket()
    sweep_clocks(as_of=MONDAY + 9 * HOUR)
    clock = clock_of(ticket, Metric.FIRST_RESPONSE)
    assert (clock.state, clock.breached_at, clock.warned_at) == (ClockState.BREACHED, MONDAY + 4 * HOUR, None)
    assert kinds(ticket) == [SLA_BREACHED]
    assert ticket.events.get(kind=SLA_BREACHED).at == MONDAY + 4 * HOUR
    ticket.refresh_from_db()
    assert (ticket.breached_at, ticket.next_due_at) == (MONDAY + 4 * HOUR, MONDAY + 4 * HOUR)


def test_a_second_sweep_finds_nothing(cast):
    promise()
    ticket = cast.open_ticket()
    for _time in range(3):
        sweep_clocks(as_of=MONDAY + 4 * HOUR)
    assert kinds(ticket) == [SLA_BREACHED]


def test_a_paused_clock_is_never_due(cast):
    promise()
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY + HOUR)
    sweep_clocks(as_of=MONDAY + 100 * HOUR)
    assert clock_of(ticket, Metric.RESOLUTION).state == ClockState.PAUSED


def test_one_poisoned_row_stops_nobody_else(cast, monkeypatch):
    promise()
    tickets = [cast.open_ticket() for _number in range(7)]
    poisoned = clock_of(tickets[3], Metric.FIRST_RESPONSE)
    mark = sweeping.mark_breached

    def mark_unless_poisoned(clocks):
        if any(clock.pk == poisoned.pk for clock in clocks):
            raise RuntimeError("poisoned")
        mark(clocks)

    monkeypatch.setattr(sweeping, "mark_breached", mark_unless_poisoned)
    assert sweep_clocks(as_of=MONDAY + 4 * HOUR) == 6
    assert list(Clock.objects.missed(MONDAY + 4 * HOUR)) == [poisoned]


def test_the_number_of_statements_does_not_grow_with_what_is_due(cast, django_assert_num_queries):
    promise()

    def statements(count):
        from django.test.utils import CaptureQueriesContext

        for _number in range(count):
            cast.open_ticket()
        with CaptureQueriesContext(connection) as captured:
            assert sweep_clocks(as_of=MONDAY + 4 * HOUR) == count
        return len(captured)

    assert statements(30) == statements(3) <= 20


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_mark_each_clock_once():
    cast = assemble()
    promise()
    for _number in range(20):
        cast.open_ticket()
    outcomes = race(*[partial(sweep_clocks, as_of=MONDAY + 4 * HOUR)] * 4)
    sweep_clocks(as_of=MONDAY + 4 * HOUR)
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert all(kinds(ticket) == [SLA_BREACHED] for ticket in Ticket.objects.all())
    assert not Clock.objects.missed(MONDAY + 4 * HOUR).exists()
