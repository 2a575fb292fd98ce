from datetime import UTC, datetime, timedelta

import pytest

from helpdesk.demo.loading import load_demo
from teams.availability import load_availability
from teams.models import Team, User
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent

AWKWARD_MOMENTS = [
    datetime(2026, 11, 22, 3, 0, tzinfo=UTC),  # a Sunday night
    datetime(2026, 11, 27, 17, 0, tzinfo=UTC),  # a Friday evening
    datetime(2026, 12, 31, 23, 30, tzinfo=UTC),  # New Year
    datetime(2026, 3, 29, 1, 30, tzinfo=UTC),  # summer time begins in Berlin
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),  # and ends
]


@pytest.mark.parametrize("moment", AWKWARD_MOMENTS)
def test_at_any_moment_every_demo_ticket_has_somebody_who_works(db, moment):
    assert load_demo(as_of=moment) == Ticket.objects.count() > 10
    unresolved = Ticket.objects.unresolved()
    assert not unresolved.filter(assignee=None).exists()
    assert not unresolved.exclude(assignment_starts_at=None).exists()
    assert {Status.RESOLVED, Status.PENDING_CUSTOMER, Status.IN_PROGRESS, Status.ASSIGNED} <= set(
        Ticket.objects.values_list("status", flat=True)
    )


def test_nothing_lies_in_the_future(db):
    moment = AWKWARD_MOMENTS[0]
    load_demo(as_of=moment)
    assert TicketEvent.objects.filter(at__gt=moment).count() == 0


def test_loading_again_changes_nothing(db):
    load_demo(as_of=AWKWARD_MOMENTS[0])
    before = TicketEvent.objects.count()
    assert load_demo(as_of=AWKWARD_MOMENTS[1]) == 0
    assert TicketEvent.objects.count() == before


def test_every_team_has_somebody_on_shift_at_any_minute(db):
    start = datetime(2026, 3, 28, tzinfo=UTC)
    load_demo(as_of=start)
    people = list(User.objects.filter(is_staff=True, memberships__isnull=False).select_related("agent_profile"))
    free = load_availability(people, as_of=start)
    for team in Team.objects.all():
        members = [free[pk] for pk in team.members.values_list("pk", flat=True)]
        for minute in range(0, 3 * 24 * 60, 5):
            at = start + timedelta(minutes=minute)
            assert any(availability.is_on_shift(at) for availability in members), (team, at)
