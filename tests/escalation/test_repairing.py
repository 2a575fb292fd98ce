"""A clock that cannot be moved never stops a person, is seen, and is made good from history to the second."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile

from escalation.kinds import SLA_BREACHED
from escalation.models import Clock, ClockRepair, Escalation, Metric, SlaTarget
from escalation.models.clock import BreachCause, ClockState
from escalation.services.firing import fire_due_levels
from escalation.services.repairing import repair_missing_clocks
from escalation.services.sweeping import sweep_clocks
from helpdesk.core.statements import rows
from teams.models import Calendar, Team, User
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, clock_of, promise
from tickets.events import EventKind, broken_link
from tickets.models import Attachment, Priority, Ticket
from tickets.services.attaching import check_upload
from tickets.services.conversing import reply
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer

# Verbs begin again, with savepoints, only where the transaction is their own.
pytestmark = pytest.mark.django_db(transaction=True)

MINUTE = timedelta(minutes=1)
TOO_MUCH = 2000


@pytest.fixture
def hour_a_week(cast):
    """Mondays from ten to eleven; what `TOO_MUCH` hours promise for high priority is not reached in twenty years."""
    calendar = Calendar.objects.create(name="An hour a week", time_zone="UTC")
    calendar.spans.create(weekday=0, opens="10:00", closes="11:00")
    promise(calendar=calendar, targets={Priority.MEDIUM: (0.5, 10), Priority.HIGH: (0.1, TOO_MUCH)})
    return cast


def mend(hours=5):
    SlaTarget.objects.filter(target_seconds=TOO_MUCH * 3600).update(target_seconds=hours * 3600)


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def test_a_ticket_opens_without_a_clock_that_cannot_start_and_gets_it_later_as_of_the_opening(cast):
    promise()
    Team.objects.update(calendar=None)
    Calendar.objects.update(is_default=False)
    ticket = cast.open_ticket()
    assert (ticket.assignee, ticket.clocks.count()) == (cast.amir, 0)
    assert ClockRepair.objects.get().last_error.startswith("DoesNotExist")

    assert repair_missing_clocks(as_of=MONDAY + HOUR) == 0
    assert ClockRepair.objects.get().attempts == 1

    Calendar.objects.filter(name="Always").update(is_default=True)
    assert repair_missing_clocks(as_of=MONDAY + HOUR) == 1
    assert not ClockRepair.objects.exists()
    assert clock_of(ticket, Metric.FIRST_RESPONSE).started_at == MONDAY
    assert fresh(ticket).first_response_due_at == MONDAY + 4 * HOUR


def large_upload(content):
    """As Django hands over what is too large for its memory: in a file that storages move."""
    upload = TemporaryUploadedFile("map.txt", "text/plain", len(content), "utf-8")
    upload.write(content)
    return upload


@pytest.mark.parametrize("upload", [large_upload, lambda content: SimpleUploadedFile("map.txt", content)])
def test_one_whose_clock_the_database_refuses_is_opened_once_with_its_file(cast, monkeypatch, upload):
    def refuse(*_args):
        rows("SELECT 1 / 0")

    promise()
    monkeypatch.setattr("escalation.services.following_facts.start_with_timers", refuse)
    with upload(b"Second door on the left.") as file:
        ticket = cast.open_ticket(files=[check_upload(file)])

    assert (list(Ticket.objects.all()), fresh(ticket).assignee) == ([ticket], cast.amir)
    assert [event.kind for event in ticket.events.order_by("seq")] == [EventKind.OPENED, EventKind.ASSIGNED]
    assert broken_link(fresh(ticket)) is None
    with Attachment.objects.get().file.open() as kept:
        assert kept.read() == b"Second door on the left."
    assert ClockRepair.objects.get().last_error.startswith("DataError")


def test_the_history_of_one_that_nobody_gets_is_whole(cast):
    User.objects.update(is_active=False)
    ticket = cast.open_ticket()
    assert (ticket.assignee, fresh(ticket).version) == (None, 2)
    assert broken_link(fresh(ticket)) is None


def test_what_was_rolled_back_leaves_no_gap_in_the_history(hour_a_week):
    ticket = hour_a_week.open_ticket()
    changed = change_priority(ticket, to=Priority.HIGH, by=hour_a_week.amir, at=MONDAY + 12 * MINUTE)
    assert ClockRepair.objects.filter(ticket=ticket).exists()
    assert (changed.version, changed.breached_at) == (fresh(ticket).version, None)
    assert broken_link(fresh(ticket)) is None

    mend()
    repair_missing_clocks(as_of=MONDAY + 20 * MINUTE)
    clock = clock_of(ticket, Metric.FIRST_RESPONSE)
    assert (clock.breached_at, clock.breach_cause) == (MONDAY + 12 * MINUTE, BreachCause.PRIORITY_CHANGED)
    assert broken_link(fresh(ticket)) is None


def test_a_verb_that_goes_on_after_the_failure_continues_the_same_history(hour_a_week):
    SlaTarget.objects.create(
        policy_id=SlaTarget.objects.get(target_seconds=TOO_MUCH * 3600).policy_id,
        metric=Metric.RESOLUTION,
        priority=Priority.CRITICAL,
        target_seconds=TOO_MUCH * 3600,
    )
    ticket = hour_a_week.open_ticket()
    # Whatever becomes critical is assigned anew by the same verb.
    change_priority(ticket, to=Priority.CRITICAL, by=hour_a_week.amir, at=MONDAY + 12 * MINUTE)
    assert fresh(ticket).assignee == hour_a_week.lena
    assert broken_link(fresh(ticket)) is None


def test_later_facts_wait_for_the_missed_one_and_count_once(hour_a_week):
    ticket = hour_a_week.open_ticket()
    change_priority(ticket, to=Priority.HIGH, by=hour_a_week.amir, at=MONDAY + 1 * MINUTE)
    wait_for_customer(ticket, by=hour_a_week.amir, at=MONDAY + 10 * MINUTE)
    reply(ticket, body="Here", by=hour_a_week.rosa, channel="web", at=MONDAY + 30 * MINUTE)
    mend(hours=1)
    assert repair_missing_clocks(as_of=MONDAY + 40 * MINUTE) == 1
    next_monday = MONDAY + timedelta(days=7)
    assert clock_of(ticket, Metric.RESOLUTION).paused_seconds == 20 * 60
    assert fresh(ticket).resolution_due_at == next_monday + 20 * MINUTE


def test_nothing_is_claimed_about_a_ticket_that_waits_for_repair(hour_a_week):
    climb((50, [{"do": "notify", "who": "lead"}]))
    ticket = hour_a_week.open_ticket()
    change_priority(ticket, to=Priority.HIGH, by=hour_a_week.amir, at=MONDAY + 1 * MINUTE)
    reply(ticket, body="Hi", by=hour_a_week.amir, channel="web", at=MONDAY + 5 * MINUTE)

    assert sweep_clocks(as_of=MONDAY + 45 * MINUTE) == fire_due_levels(as_of=MONDAY + 45 * MINUTE) == 0
    assert Clock.objects.missed(MONDAY + 45 * MINUTE).count() == 1

    mend()
    repair_missing_clocks(as_of=MONDAY + 46 * MINUTE)
    assert clock_of(ticket, Metric.FIRST_RESPONSE).state == ClockState.MET
    assert not Escalation.objects.exists()
    assert not ticket.events.filter(kind=SLA_BREACHED).exists()
