"""A day has as many hours as the reader's clocks show."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from helpdesk.analytics.flow import today
from helpdesk.analytics.scope import scope_of

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("at", "hours"),
    [
        (datetime(2026, 3, 2, 12, tzinfo=UTC), 24),
        (datetime(2026, 3, 29, 12, tzinfo=UTC), 23),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), 25),
    ],
)
def test_the_hours_of_a_day(cast, at, hours):
    with timezone.override(BERLIN):
        day = today(scope_of(cast.ada), at=at)

    assert len(day) == hours
    assert (day[0].since.hour, day[-1].since.hour) == (0, 23)


def test_an_hour_that_comes_twice_is_counted_twice(cast):
    """25 October 2026, 02:30 in Berlin: once before and once after the clocks go back."""
    for hour in (0, 1):
        cast.open_ticket(at=datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
    with timezone.override(BERLIN):
        day = today(scope_of(cast.ada), at=datetime(2026, 10, 25, 12, tzinfo=UTC))

    assert [(hour.since.hour, hour.arrived) for hour in day if hour.arrived] == [(2, 1), (2, 1)]
