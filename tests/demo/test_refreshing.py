from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from escalation.services.firing import fire_due_levels
from escalation.services.sweeping import sweep_clocks
from helpdesk.core.models import Heartbeat
from helpdesk.core.own_desk import make_own_desk
from helpdesk.demo.cast import ON_LEAVE
from helpdesk.demo.desk import set_up_desk
from helpdesk.demo.loading import load_scripts
from helpdesk.demo.refreshing import refresh_demo
from helpdesk.demo.script import all_scripts
from teams.availability import load_availability
from teams.models import User
from tickets.events import broken_link
from tickets.models import Message, Ticket, TicketEvent

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _demo(db, settings):
    settings.DEMO = True
    set_up_desk(as_of=TUESDAY)
    # What is open, and a little of what is over.
    load_scripts(tuple(script for script in all_scripts() if script.is_open or script.age is not None), as_of=TUESDAY)


def test_open_tickets_move_by_the_time_that_the_demo_was_off():
    Heartbeat.objects.create(name="relay", last_at=TUESDAY + timedelta(hours=2))
    closed_before = set(Ticket.objects.exclude(closed_at=None).values_list("pk", "opened_at", "updated_at"))
    risk_before = {ticket.pk: ticket.next_due_at for ticket in Ticket.objects.unresolved()}
    words_before = dict(Message.objects.values_list("pk", "sent_at"))
    slept = timedelta(days=3, hours=5)
    assert refresh_demo(as_of=TUESDAY + timedelta(hours=2) + slept) == 60
    for ticket in Ticket.objects.unresolved():
        due = risk_before[ticket.pk]
        assert ticket.next_due_at == (due and due + slept)
        assert broken_link(ticket) is None
        assert {message.sent_at - words_before[message.pk] for message in ticket.messages.all()} == {slept}
    assert closed_before == set(Ticket.objects.exclude(closed_at=None).values_list("pk", "opened_at", "updated_at"))


def test_nothing_becomes_overdue_by_sleeping():
    later = TUESDAY + timedelta(days=20)
    refresh_demo(as_of=later)
    before = TicketEvent.objects.count()
    sweep_clocks(as_of=later)
    fire_due_levels(as_of=later)
    assert TicketEvent.objects.count() == before
    assert not TicketEvent.objects.filter(at__gt=later).exists()


def test_whoever_is_on_leave_is_on_leave_from_today_again():
    later = TUESDAY + timedelta(days=20)
    person = User.objects.get(email=ON_LEAVE)
    assert not load_availability([person], as_of=later)[person.pk].is_absent(later)
    refresh_demo(as_of=later)
    free = load_availability([person], as_of=later)[person.pk]
    assert free.is_absent(later)
    assert not free.is_absent(later - timedelta(days=1))


def test_a_restart_moves_nothing():
    Heartbeat.objects.create(name="relay", last_at=TUESDAY)
    assert refresh_demo(as_of=TUESDAY + timedelta(minutes=5)) == 0


def test_only_the_demo_is_moved(settings):
    settings.DEMO = settings.DEBUG = False
    assert refresh_demo(as_of=TUESDAY + timedelta(days=1)) == 0
    with pytest.raises(CommandError, match="published password"):
        call_command("load_demo")


def test_tickets_of_others_stay_as_they_happened():
    theirs = Ticket.objects.unresolved().first()
    theirs.requester = User.objects.create(email="somebody@real.example")
    theirs.save(update_fields=["requester"])
    opened_at, tail = theirs.opened_at, theirs.last_event_hash

    assert refresh_demo(as_of=TUESDAY + timedelta(days=1)) == 59

    theirs.refresh_from_db()
    assert (theirs.opened_at, theirs.last_event_hash) == (opened_at, tail)


def test_a_desk_of_ones_own_is_never_moved(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    make_own_desk()

    assert refresh_demo(as_of=TUESDAY + timedelta(days=1)) == 0


def test_history_cannot_be_rewritten_afterwards():
    refresh_demo(as_of=TUESDAY + timedelta(days=1))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        TicketEvent.objects.update(kind="ticket.closed")
