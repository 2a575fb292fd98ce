"""Sweeps, undo and a second window in the same instant: a message goes out once or not at all, and no text is lost."""

from datetime import timedelta
from functools import partial

import pytest

from tests.cast import MONDAY, assemble
from tests.racing import race
from tickets.events import EventKind
from tickets.models import Draft, Message
from tickets.services.assigning import assign_ticket
from tickets.services.drafting import AlreadySent, save_draft
from tickets.services.duplicates import NotADuplicate, mark_duplicate
from tickets.services.sending import send_draft, send_due_drafts, undo_sending

pytestmark = pytest.mark.django_db(transaction=True)
OUT = MONDAY + timedelta(minutes=1)


@pytest.fixture
def cast():
    return assemble()


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def sending(ticket, by, body):
    draft = save_draft(ticket, by=by, is_internal=False, body=body, at=MONDAY)
    return send_draft(draft, by=by, at=MONDAY)


def test_four_sweeps_at_once_send_each_message_once(cast, ticket):
    for number in range(5):
        sending(ticket, cast.amir, f"Answer {number}")
    sent = race(*[partial(send_due_drafts, as_of=OUT)] * 4)
    assert sum(sent) == 5
    assert sorted(ticket.messages.filter(author=cast.amir).values_list("body", flat=True)) == [
        f"Answer {number}" for number in range(5)
    ]
    assert ticket.events.filter(kind=EventKind.REPLIED).count() == 5
    assert not Draft.objects.exists()


def test_undo_and_the_sweep_agree_on_who_was_first(cast, ticket):
    for number in range(12):
        draft = sending(ticket, cast.amir, f"Answer {number}")
        back, sent = race(partial(undo_sending, draft, by=cast.amir), partial(send_due_drafts, as_of=OUT))
        is_out = Message.objects.filter(body=f"Answer {number}").exists()
        assert isinstance(back, AlreadySent) == is_out == bool(sent)
        assert Draft.objects.filter(body=f"Answer {number}", send_at=None).exists() != is_out
        Draft.objects.all().delete()


def test_two_windows_that_press_send_send_once(cast, ticket):
    draft = save_draft(ticket, by=cast.amir, is_internal=False, body="Hello", at=MONDAY)
    race(*[partial(send_draft, draft, by=cast.amir, at=MONDAY)] * 3)
    race(*[partial(send_due_drafts, as_of=OUT)] * 2)
    assert ticket.messages.filter(author=cast.amir).count() == 1


def test_two_windows_that_begin_at_once_write_in_one_draft(cast, ticket):
    begin = partial(save_draft, ticket, by=cast.amir, is_internal=False, at=MONDAY)
    outcomes = race(partial(begin, body="One"), partial(begin, body="Two"))
    assert not [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert Draft.objects.get().body in ("One", "Two")


def test_a_reply_on_its_way_and_a_colleague_who_takes_over_do_not_cross(cast, ticket):
    for _number in range(6):
        draft = save_draft(
            ticket, by=cast.amir, is_internal=False, body="Hello", seen_version=ticket.version, at=MONDAY
        )
        send_draft(draft, by=cast.amir, at=MONDAY)
        race(partial(send_due_drafts, as_of=OUT), partial(assign_ticket, ticket, to=cast.lena, by=cast.lena))
        held = Draft.objects.filter(held_code="overtaken").exists()
        assert held != ticket.messages.filter(author=cast.amir).exists()
        Draft.objects.all().delete()
        ticket = cast.open_ticket()


def test_two_tickets_that_are_marked_as_each_others_duplicate_leave_one(cast):
    one, two = cast.open_ticket(), cast.open_ticket()
    outcomes = race(
        partial(mark_duplicate, one, of=two, by=cast.amir), partial(mark_duplicate, two, of=one, by=cast.lena)
    )
    assert [isinstance(outcome, NotADuplicate) for outcome in outcomes].count(True) == 1
    one.refresh_from_db()
    two.refresh_from_db()
    assert {one.duplicate_of, two.duplicate_of} in ({two, None}, {one, None})
