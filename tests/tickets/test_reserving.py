"""Off hours: the ticket is kept for whoever starts in time, and decided again when the shift begins."""

from datetime import UTC, datetime, time, timedelta

import pytest

from teams.models import Absence, Calendar, OnCallShift, Shift, TeamMembership
from tickets.events import Cause, EventKind
from tickets.lifecycle import Status
from tickets.models import AgentLoad, Priority
from tickets.services.assigning import decide_due_assignments
from tickets.services.conversing import reply

SUNDAY = datetime(2026, 3, 1, 22, 0, tzinfo=UTC)
MONDAY_9 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def weekdays_only(cast):
    """Amir and Lena work on weekdays from nine to five, UTC; nobody else is there."""
    for person in (cast.amir, cast.lena):
        for day in range(5):
            Shift.objects.create(user=person, weekday=day, starts=time(9), ends=time(17))
    TeamMembership.objects.filter(user=cast.noor).delete()
    return cast


def assigned(ticket):
    return list(ticket.events.filter(kind=EventKind.ASSIGNED).order_by("seq"))


def test_on_sunday_night_the_ticket_is_reserved_for_monday_morning(weekdays_only):
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    assert (ticket.assignee, ticket.status) == (weekdays_only.amir, Status.ASSIGNED)
    assert ticket.assignment_starts_at == MONDAY_9
    assert assigned(ticket)[0].data["starts_at"] == MONDAY_9.isoformat()


def test_a_reservation_counts_as_load(weekdays_only):
    weekdays_only.open_ticket(at=SUNDAY)
    assert AgentLoad.objects.get(agent=weekdays_only.amir).load_eighths == 8


def test_nothing_happens_before_the_shift_starts(weekdays_only):
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    assert decide_due_assignments(as_of=MONDAY_9 - timedelta(seconds=1)) == 0
    ticket.refresh_from_db()
    assert ticket.is_reserved


def test_when_the_shift_starts_the_assignment_begins_once(weekdays_only):
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    assert decide_due_assignments(as_of=MONDAY_9) == 1
    assert decide_due_assignments(as_of=MONDAY_9) == 0
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.is_reserved, ticket.next_assignment_at) == (weekdays_only.amir, False, None)
    last = assigned(ticket)[-1]
    assert (last.cause, last.data["starts_at"]) == (Cause.SHIFT_STARTED, None)


def test_when_the_reserved_agent_is_ill_on_monday_somebody_else_gets_it(weekdays_only):
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    Absence.objects.create(user=weekdays_only.amir, starts_at=SUNDAY, ends_at=MONDAY_9 + timedelta(days=3))
    decide_due_assignments(as_of=MONDAY_9)
    ticket.refresh_from_db()
    assert (ticket.assignee, ticket.is_reserved) == (weekdays_only.lena, False)
    assert AgentLoad.objects.get(agent=weekdays_only.amir).load_eighths == 0


def test_an_agent_who_starts_early_has_it_from_then_on(weekdays_only):
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    reply(ticket, body="On it.", by=weekdays_only.amir, channel="web", at=SUNDAY + timedelta(hours=1))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.is_reserved) == (Status.IN_PROGRESS, False)
    assert decide_due_assignments(as_of=MONDAY_9) == 0


def test_a_holiday_moves_the_reservation(weekdays_only):
    calendar = Calendar.objects.get(name="Always")
    calendar.holidays.create(date=MONDAY_9.date(), name="Rosenmontag")
    ticket = weekdays_only.open_ticket(at=SUNDAY)
    assert ticket.assignment_starts_at == MONDAY_9 + timedelta(days=1)


def test_critical_off_hours_goes_to_whoever_is_on_call_at_once(weekdays_only):
    cast = weekdays_only
    OnCallShift.objects.create(
        team=cast.billing, user=cast.lena, starts_at=SUNDAY - timedelta(hours=5), ends_at=SUNDAY + timedelta(hours=5)
    )
    critical = cast.open_ticket(at=SUNDAY, priority=Priority.CRITICAL, by=cast.ada)
    assert (critical.assignee, critical.is_reserved) == (cast.lena, False)
    assert cast.open_ticket(at=SUNDAY).is_reserved
