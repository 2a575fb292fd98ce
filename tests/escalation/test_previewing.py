from datetime import timedelta

import pytest

from escalation.models import Clock, Metric
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, promise
from tickets.models import Priority, Ticket, TicketEvent
from tickets.services.previewing import preview_priority
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import resolve_ticket


@pytest.fixture
def ticket(cast):
    promise()
    return cast.open_ticket()


def change_of(preview, metric):
    return next(change for change in preview.changes if change.metric == metric)


def test_it_tells_each_deadline_before_and_after(cast, ticket):
    preview = preview_priority(ticket, to=Priority.HIGH, at=MONDAY + HOUR)
    first = change_of(preview, Metric.FIRST_RESPONSE)
    assert (first.before, first.after) == (MONDAY + 4 * HOUR, MONDAY + 2 * HOUR)
    assert str(first.label) == "First response"
    assert not preview.would_breach


def test_it_tells_what_would_be_broken_and_by_how_much(cast, ticket):
    preview = preview_priority(ticket, to=Priority.CRITICAL, at=MONDAY + 90 * timedelta(minutes=1))
    first, resolution = change_of(preview, Metric.FIRST_RESPONSE), change_of(preview, Metric.RESOLUTION)
    assert preview.would_breach
    assert (first.would_breach, first.late_by) == (True, timedelta(minutes=30))
    assert (resolution.would_breach, resolution.after) == (False, MONDAY + 5 * HOUR)


@pytest.mark.parametrize("to", Priority)
@pytest.mark.parametrize("minutes", [0, 59, 60, 61, 180, 239, 241, 299, 301])
def test_what_was_told_is_what_then_happens(cast, ticket, to, minutes):
    at = MONDAY + timedelta(minutes=minutes)
    waiting = minutes == 180
    if waiting:
        wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    preview = preview_priority(ticket, to=to, at=at)
    change_priority(ticket, to=to, by=cast.amir, at=at)
    for told in preview.changes:
        clock = Clock.objects.get(ticket=ticket, metric=told.metric)
        is_broken = clock.state == Clock.State.BREACHED
        assert told.would_breach == is_broken
        if not is_broken:
            assert told.after == clock.due_at


def test_looking_changes_nothing_and_a_finished_promise_is_not_told(cast, ticket):
    before = (Ticket.objects.values().get(), list(Clock.objects.values()), TicketEvent.objects.count())
    preview_priority(ticket, to=Priority.CRITICAL, at=MONDAY + 3 * HOUR)
    assert before == (Ticket.objects.values().get(), list(Clock.objects.values()), TicketEvent.objects.count())
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + HOUR)
    assert preview_priority(ticket, to=Priority.CRITICAL, at=MONDAY + 3 * HOUR).changes == []
