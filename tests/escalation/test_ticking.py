"""Sweeps that come by every minute over both changes of the clocks: each finds its breach, none is silent for an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from escalation.models import Clock, Metric
from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from helpdesk.schedule import SWEEPS, beat_schedule
from teams.models import Calendar
from tests.escalation.desk import climb, promise
from tickets.models import Priority

MINUTE = timedelta(minutes=1)
# Two hours before clocks change in Berlin, in spring and in autumn.
CHANGES = [datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 10, 24, 23, tzinfo=UTC)]
TICKS = 120


@pytest.mark.parametrize("start", CHANGES)
def test_every_minute_finds_what_became_due_in_it(cast, start):
    """Two hours on either side: with both changes 240 of 240 ticks."""
    berlin = Calendar.objects.create(name="Berlin", time_zone="Europe/Berlin")
    for day in range(7):
        berlin.spans.create(weekday=day, opens="00:00", closes="00:00")
    promise(targets={Priority.MEDIUM: (1 / 60, 100)}, calendar=berlin)
    climb((100, [{"do": "notify", "who": "lead"}]))
    found = 0
    for tick in range(TICKS):
        at = start + tick * MINUTE
        ticket = cast.open_ticket(at=at)
        found += sweep_clocks(as_of=at + MINUTE)
        clock = Clock.objects.get(ticket=ticket, metric=Metric.FIRST_RESPONSE)
        assert clock.breached_at == at + MINUTE
        assert fire_due_levels(as_of=at + MINUTE) == 1
    # Each tick finds a breach; warnings are past by then.
    assert found == TICKS


def test_no_sweep_depends_on_the_wall_clock():
    """A crontab in a zone with daylight saving is silent for an hour in autumn; an interval is not."""
    assert {type(entry["schedule"]) for entry in beat_schedule().values()} == {timedelta}
    clocks = {sweep.name: sweep.every_seconds for sweep in SWEEPS}
    assert clocks["sweep_clocks"] <= 15
    assert clocks["fire_levels"] <= 15
