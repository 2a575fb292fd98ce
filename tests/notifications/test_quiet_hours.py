"""Quiet hours: by the person's own clock, also where clocks are changed; mails wait for their end, urgent ones don't."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalation.kinds import ESCALATION_RAISED
from notifications.audience import Reason
from notifications.models import ChannelPreference, Delivery, QuietHours
from notifications.quiet import quiet_until
from notifications.services.delivering import deliver_due
from notifications.services.telling import tell
from notifications.urgency import is_urgent
from tests.cast import MONDAY
from tickets.models import Priority, TicketEvent
from tickets.relay import relay
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import add_note, reply

BERLIN = ZoneInfo("Europe/Berlin")


def berlin(*parts):
    return datetime(*parts, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("at", "starts", "ends", "weekend", "until"),
    [
        (berlin(2026, 3, 2, 23), time(22), time(7), False, berlin(2026, 3, 3, 7)),
        (berlin(2026, 3, 3, 6, 59), time(22), time(7), False, berlin(2026, 3, 3, 7)),
        (berlin(2026, 3, 3, 7), time(22), time(7), False, None),
        (berlin(2026, 3, 3, 22), time(22), time(7), False, berlin(2026, 3, 4, 7)),
        (berlin(2026, 3, 3, 13), time(12), time(14), False, berlin(2026, 3, 3, 14)),
        (berlin(2026, 3, 3, 14), time(12), time(14), False, None),
        # Friday night runs into the weekend, and the weekend into the night before Monday.
        (berlin(2026, 3, 6, 23), time(22), time(7), True, berlin(2026, 3, 9, 7)),
        (berlin(2026, 3, 7, 12), time(22), time(7), True, berlin(2026, 3, 9, 7)),
        (berlin(2026, 3, 7, 12), time(12), time(13), True, berlin(2026, 3, 9)),
        (berlin(2026, 3, 7, 12), time(22), time(7), False, None),
        # The night without 02:30, and the one that has it twice.
        (berlin(2026, 3, 29, 1), time(22), time(2, 30), False, datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (berlin(2026, 10, 25, 1), time(22), time(7), False, berlin(2026, 10, 25, 7)),
    ],
)
def test_when_they_end(at, starts, ends, weekend, until):
    found = quiet_until(at.astimezone(UTC), starts=starts, ends=ends, zone=BERLIN, is_weekend_quiet=weekend)
    assert found == until


@given(
    minutes=st.integers(0, 366 * 24 * 60),
    starts=st.times(), ends=st.times(), weekend=st.booleans(),
    zone=st.sampled_from(["Europe/Berlin", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Auckland"]),
)  # fmt: skip
def test_their_end_is_later_and_not_quiet_itself(minutes, starts, ends, weekend, zone):
    if starts == ends:
        return
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    hours = {"starts": starts, "ends": ends, "zone": ZoneInfo(zone), "is_weekend_quiet": weekend}
    until = quiet_until(at, **hours)
    if until is not None:
        assert until > at
        assert quiet_until(until, **hours) is None


@pytest.fixture
def quiet_amir(cast):
    """MONDAY is a working hour, but Amir's quiet one."""
    local = MONDAY.astimezone(ZoneInfo(cast.amir.time_zone))
    ends = (local + timedelta(hours=2)).time()
    QuietHours.objects.create(user=cast.amir, starts=(local - timedelta(hours=1)).time(), ends=ends)
    return MONDAY + timedelta(hours=2)


def mail_to(person, kind):
    return Delivery.objects.get(recipient=person, notifications__kind=kind)


def written(cast):
    ticket = cast.open_ticket()
    relay()
    return ticket


def give_to_amir(cast, **changes):
    ticket = cast.open_ticket(**changes)
    assign_ticket(ticket, to=cast.amir, by=cast.lena, at=MONDAY)
    relations = ("ticket__requester", "ticket__assignee", "ticket__team", "ticket__category", "actor")
    tell(list(TicketEvent.objects.select_related(*relations).order_by("pk")), at=MONDAY)
    return ticket


def test_a_mail_waits_for_their_end(cast, quiet_amir):
    give_to_amir(cast)
    assert mail_to(cast.amir, "assigned").send_after == quiet_amir


def test_a_critical_one_does_not(cast, quiet_amir):
    give_to_amir(cast, priority=Priority.CRITICAL, by=cast.ada)
    assert mail_to(cast.amir, "assigned").send_after < quiet_amir


def test_the_highest_level_does_not_either(cast, quiet_amir):
    ticket = give_to_amir(cast)
    event = TicketEvent(kind=ESCALATION_RAISED, data={"level": 3}, ticket=ticket)
    assert is_urgent(event, ticket, Reason.ESCALATION)
    event.data = {"level": 2}
    assert not is_urgent(event, ticket, Reason.ESCALATION)


def always_quiet(person):
    return QuietHours.objects.create(user=person, starts=time(0), ends=time(23, 59, 59), is_weekend_quiet=True)


def test_one_that_was_prepared_before_they_began_is_held_and_counts_no_try(cast, smtp):
    written(cast)
    always_quiet(cast.amir)
    deliver_due(as_of=mail_to(cast.amir, "assigned").send_after + timedelta(minutes=1))
    held = mail_to(cast.amir, "assigned")
    assert (held.state, held.attempts, held.lease_until) == (Delivery.State.WAITING, 0, None)
    assert held.send_after == cast.amir.quiet_hours.until(held.send_after - timedelta(minutes=1))


def test_a_critical_one_goes_out_all_the_same(cast, smtp):
    give_to_amir(cast, priority=Priority.CRITICAL, by=cast.ada)
    always_quiet(cast.amir)
    deliver_due(as_of=mail_to(cast.amir, "assigned").send_after + timedelta(minutes=1))
    assert mail_to(cast.amir, "assigned").state == Delivery.State.SENT


def test_staff_who_ask_for_mail_about_notes_get_it_and_nobody_else(cast):
    ticket = written(cast)
    ChannelPreference.objects.create(user=cast.amir, kind="noted", channel="email", is_enabled=True)
    add_note(ticket, body="An odd one.", by=cast.lena)
    relay()
    assert mail_to(cast.amir, "noted").state == Delivery.State.WAITING


def test_machines_are_answered_by_no_mail_whatever_somebody_asks_for(cast):
    ticket = written(cast)
    ChannelPreference.objects.create(user=cast.amir, kind="replied", channel="email", is_enabled=True)
    reply(ticket, body="I am away.", by=cast.rosa, channel="email", is_automatic=True)
    relay()
    assert not Delivery.objects.filter(recipient=cast.amir, notifications__kind="replied").exists()
