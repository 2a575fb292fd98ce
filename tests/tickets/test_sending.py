from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.core.errors import InvalidInput, NotPermitted
from teams.models import TeamMembership
from tests.cast import MONDAY
from tickets.events import EventKind, facts_recorded
from tickets.lifecycle import IllegalMove, Status
from tickets.models import Attachment, Draft, Message, Ticket
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import reply
from tickets.services.drafting import AlreadySent, add_draft_file, draft_of, save_draft, sending_of
from tickets.services.overtaking import Overtaken, overtaking_events
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import close_ticket, resolve_ticket
from tickets.services.sending import UNDO_SECONDS, draft_held, send_draft, send_due_drafts, undo_sending

LATER = MONDAY + timedelta(minutes=5)
OUT = LATER + timedelta(seconds=UNDO_SECONDS)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


@pytest.fixture
def held():
    """Every draft whose author was told that it came back."""
    told = []

    def note(draft, **_signal):
        told.append(draft)

    draft_held.connect(note)
    yield told
    draft_held.disconnect(note)


def write(ticket, by, body="Hello", **changes):
    return save_draft(ticket, **({"by": by, "is_internal": False, "body": body, "at": LATER} | changes))


def send(ticket, by, body="Hello", then="send", **changes):
    return send_draft(write(ticket, by, body, **changes), by=by, then=then, at=LATER)


def words(ticket):
    return list(Message.objects.filter(ticket=ticket).values_list("body", flat=True))[1:]


def test_a_reply_waits_ten_seconds_and_then_goes_out(cast, ticket):
    draft = send(ticket, cast.amir, then="send_and_wait", seen_version=ticket.version)
    assert draft.send_at == OUT
    assert sending_of(ticket, by=cast.amir) == draft
    assert send_due_drafts(as_of=OUT - timedelta(seconds=1)) == 0
    assert words(ticket) == []
    assert send_due_drafts(as_of=OUT) == 1
    assert send_due_drafts(as_of=OUT) == 0
    message = ticket.messages.get(author=cast.amir)
    assert (message.body, message.sent_at, message.is_from_staff) == ("Hello", OUT, True)
    assert Ticket.objects.get().status == Status.PENDING_CUSTOMER
    assert not Draft.objects.exists()


def test_files_of_the_draft_are_the_messages_without_being_copied(cast, ticket):
    draft = write(ticket, cast.amir)
    attachment = add_draft_file(draft, SimpleUploadedFile("log.txt", b"line"), by=cast.amir)
    stored = attachment.file.name
    send_draft(draft, by=cast.amir, at=LATER)
    send_due_drafts(as_of=OUT)
    attachment = Attachment.objects.visible_to(cast.rosa).get()
    assert (attachment.message.body, attachment.draft, attachment.file.name) == ("Hello", None, stored)
    with attachment.file.open() as file:
        assert file.read() == b"line"


def test_a_note_goes_out_at_once(cast, ticket):
    draft = send(ticket, cast.amir, "psst", is_internal=True)
    assert draft.sent == ticket.messages.get(is_internal=True)
    assert not Draft.objects.exists()


def test_taken_back_it_is_a_draft_again_and_does_not_go_out(cast, ticket):
    draft = send(ticket, cast.amir)
    back = undo_sending(draft, by=cast.amir)
    assert (back.body, back.send_at) == ("Hello", None)
    assert undo_sending(draft, by=cast.amir) == back
    assert send_due_drafts(as_of=OUT) == 0
    assert words(ticket) == []


def test_what_was_begun_meanwhile_is_not_lost_when_the_one_before_comes_back(cast, ticket):
    first = send(ticket, cast.amir, "First")
    second = write(ticket, cast.amir, "Second")
    attachment = add_draft_file(second, SimpleUploadedFile("log.txt", b"line"), by=cast.amir)
    undo_sending(first, by=cast.amir)
    draft = draft_of(ticket, by=cast.amir, is_internal=False)
    assert draft.body == "First\n\nSecond"
    assert draft.files.get() == attachment


def test_the_next_one_may_be_sent_before_the_first_is_out(cast, ticket):
    send(ticket, cast.amir, "First")
    send(ticket, cast.amir, "Second")
    assert send_due_drafts(as_of=OUT) == 2
    assert words(ticket) == ["First", "Second"]


def test_saving_once_more_what_is_on_its_way_makes_no_second_one(cast, ticket):
    send(ticket, cast.amir)
    assert write(ticket, cast.amir) is None
    send_due_drafts(as_of=OUT)
    assert words(ticket) == ["Hello"]


def test_too_late_is_said_so(cast, ticket):
    draft = send(ticket, cast.amir)
    send_due_drafts(as_of=OUT)
    with pytest.raises(AlreadySent):
        undo_sending(draft, by=cast.amir)
    with pytest.raises(AlreadySent):
        send_draft(draft, by=cast.amir)


def test_sending_twice_is_sending_once(cast, ticket):
    draft = write(ticket, cast.amir)
    first = send_draft(draft, by=cast.amir, at=LATER)
    second = send_draft(draft, by=cast.amir, at=LATER + timedelta(seconds=5))
    assert first.send_at == second.send_at
    send_due_drafts(as_of=OUT)
    assert words(ticket) == ["Hello"]


def test_one_that_was_overtaken_already_is_refused_with_what_changed(cast, ticket):
    seen = ticket.version
    reply(ticket, body="And another thing", by=cast.rosa, channel="web", at=LATER)
    with pytest.raises(Overtaken) as refusal:
        send(ticket, cast.amir, seen_version=seen)
    assert refusal.value.extra["since"] == [EventKind.REPLIED]
    assert [event.actor for event in overtaking_events(ticket, by=cast.amir, seen_version=seen)] == [cast.rosa]
    draft = draft_of(ticket, by=cast.amir, is_internal=False)
    assert (draft.body, draft.send_at) == ("Hello", None)
    draft.refresh_from_db()
    save_draft(ticket, by=cast.amir, is_internal=False, body="Hello", seen_version=Ticket.objects.get().version)
    assert send_draft(draft, by=cast.amir, at=LATER).send_at is not None


def test_one_that_is_overtaken_on_its_way_comes_back_intact(cast, ticket, held, django_capture_on_commit_callbacks):
    send(ticket, cast.amir, "Long words", seen_version=ticket.version)
    reply(ticket, body="Solved, thanks", by=cast.rosa, channel="web", at=LATER)
    with django_capture_on_commit_callbacks(execute=True):
        assert send_due_drafts(as_of=OUT) == 0
    draft = draft_of(ticket, by=cast.amir, is_internal=False)
    assert (draft.body, draft.held_code, draft.send_at) == ("Long words", "overtaken", None)
    assert "faster" in draft.held_because
    assert held == [draft]
    assert words(ticket) == ["Solved, thanks"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda cast, ticket: close_ticket(resolve_ticket(ticket, by=cast.lena), by=cast.lena), "illegal_move"),
        (
            lambda cast, ticket: (
                assign_ticket(ticket, to=cast.lena, by=cast.lena),
                TeamMembership.objects.filter(user=cast.amir).delete(),
            ),
            "not_permitted",
        ),
    ],
)
def test_what_may_not_go_out_any_more_comes_back_with_the_reason(cast, ticket, change, code):
    """Above all it never goes out as if a customer had written it."""
    send(ticket, cast.amir)
    change(cast, ticket)
    assert send_due_drafts(as_of=OUT) == 0
    draft = Draft.objects.get()
    assert (draft.body, draft.held_code, draft.send_at) == ("Hello", code, None)
    assert draft.held_because
    assert words(ticket) == []


def test_it_may_not_go_out_is_said_before_the_wait(cast, ticket):
    draft = write(ticket, cast.otto)
    with pytest.raises(NotPermitted):
        send_draft(draft, by=cast.otto)
    with pytest.raises(NotPermitted):
        send_draft(write(ticket, cast.amir), by=cast.lena)
    empty = write(ticket, cast.lena)
    Draft.objects.filter(pk=empty.pk).update(body=" ")
    with pytest.raises(InvalidInput):
        send_draft(empty, by=cast.lena)
    close_ticket(resolve_ticket(ticket, by=cast.lena), by=cast.lena)
    with pytest.raises(IllegalMove):
        send_draft(draft_of(ticket, by=cast.amir, is_internal=False), by=cast.amir)
    assert not Draft.objects.on_the_way().exists()


def test_the_wait_breaks_no_promise(cast, ticket):
    due = LATER + timedelta(seconds=6)
    Ticket.objects.update(next_due_at=due)
    assert send(ticket, cast.amir).send_at == due - timedelta(seconds=2)
    Ticket.objects.update(next_due_at=LATER - timedelta(hours=1))
    assert send(ticket, cast.lena).send_at == OUT


def test_a_poisoned_one_stops_nobody_and_goes_back_to_its_author_in_the_end(cast, ticket):
    poisoned = send(ticket, cast.amir)
    Draft.objects.filter(pk=poisoned.pk).update(then="nonsense")
    send(ticket, cast.lena, "Fine")
    assert send_due_drafts(as_of=OUT) == 1
    assert words(ticket) == ["Fine"]
    poisoned.refresh_from_db()
    assert poisoned.send_at is not None
    send_due_drafts(as_of=OUT + timedelta(minutes=6))
    poisoned.refresh_from_db()
    assert (poisoned.send_at, poisoned.held_code, poisoned.body) == (None, "failed", "Hello")


def test_a_failure_before_the_commit_sends_nothing_and_loses_nothing(cast, ticket):
    def fail(**_signal):
        raise RuntimeError("in the middle of it")

    send(ticket, cast.amir)
    facts_recorded.connect(fail)
    try:
        assert send_due_drafts(as_of=OUT) == 0
    finally:
        facts_recorded.disconnect(fail)
    assert words(ticket) == []
    assert send_due_drafts(as_of=OUT) == 1
    assert words(ticket) == ["Hello"]


def test_ones_own_acts_hold_nothing_back(cast, ticket):
    seen = ticket.version
    wait_for_customer(ticket, by=cast.amir, at=LATER)
    send(ticket, cast.amir, seen_version=seen)
    assert send_due_drafts(as_of=OUT) == 1
