from datetime import timedelta

import pytest

from helpdesk.core.errors import NotPermitted
from teams.models import User
from tests.cast import MONDAY
from tickets.events import EventKind
from tickets.lifecycle import IllegalMove, Status
from tickets.models import Message, Ticket
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.following import add_watcher
from tickets.services.overtaking import Overtaken
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import close_ticket, resolve_ticket

LATER = MONDAY + timedelta(minutes=20)


def answer(ticket, by, **changes):
    return reply(ticket, **({"body": "Hello", "by": by, "channel": "web", "at": LATER} | changes))


def test_the_assignees_first_reply_begins_the_work_and_is_the_first_response(cast):
    ticket = cast.open_ticket()
    answer(ticket, cast.amir)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (Status.IN_PROGRESS, LATER)
    started = ticket.events.get(kind=EventKind.STARTED)
    assert started.caused_by.kind == EventKind.REPLIED


def test_the_assignees_first_note_begins_the_work_but_is_no_response(cast):
    ticket = cast.open_ticket()
    add_note(ticket, body="Looking", by=cast.amir, at=LATER)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (Status.IN_PROGRESS, None)


def test_a_colleagues_reply_answers_but_does_not_begin_the_assignees_work(cast):
    ticket = cast.open_ticket()
    answer(ticket, cast.lena)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (Status.ASSIGNED, LATER)


def test_an_automatic_reply_is_no_first_response_and_begins_nothing(cast):
    ticket = cast.open_ticket()
    answer(ticket, cast.amir, is_automatic=True)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.first_responded_at) == (Status.ASSIGNED, None)


@pytest.mark.parametrize(
    ("then", "status"), [(AfterSending.WAIT, Status.PENDING_CUSTOMER), (AfterSending.RESOLVE, Status.RESOLVED)]
)
def test_sending_can_wait_or_resolve_in_one_act(cast, then, status):
    ticket = cast.open_ticket()
    answer(ticket, cast.amir, then=then)
    ticket.refresh_from_db()
    assert ticket.status == status


def test_a_customer_message_ends_the_waiting(cast):
    ticket = cast.open_ticket()
    wait_for_customer(ticket, by=cast.amir, at=LATER)
    message = answer(ticket, cast.rosa, at=LATER + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.IN_PROGRESS, cast.amir)
    assert ticket.events.get(kind=EventKind.RESUMED).data["message"] == message.pk


def test_a_customer_message_reopens_a_resolved_ticket_with_the_same_agent(cast):
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    answer(ticket, cast.rosa, at=LATER + timedelta(days=2))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.resolved_at, ticket.closes_at) == (
        Status.IN_PROGRESS,
        cast.amir,
        None,
        None,
    )


def test_a_reopened_ticket_whose_agent_is_gone_is_given_to_somebody_else(cast):
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    User.objects.filter(pk=cast.amir.pk).update(is_active=False)
    answer(ticket, cast.rosa, at=LATER + timedelta(days=2))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == (Status.ASSIGNED, cast.lena)


def test_a_machines_message_is_kept_and_reopens_nothing(cast):
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    answer(ticket, cast.rosa, is_automatic=True, at=LATER + timedelta(minutes=5))
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED
    assert ticket.messages.count() == 2


def test_a_message_to_a_closed_ticket_opens_a_linked_one(cast):
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    close_ticket(ticket, by=None, at=LATER)
    message = answer(ticket, cast.rosa, body="It happened again")
    assert (message.ticket.follows_up, message.body) == (ticket, "It happened again")
    assert message.ticket.status == Status.ASSIGNED


def test_staff_are_told_that_a_closed_ticket_is_final(cast):
    ticket = cast.open_ticket()
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    close_ticket(ticket, by=None, at=LATER)
    with pytest.raises(IllegalMove, match="final"):
        answer(ticket, cast.amir)
    assert Ticket.objects.count() == 1


def test_customers_write_no_notes_and_do_not_resolve_by_sending(cast):
    ticket = cast.open_ticket()
    with pytest.raises(NotPermitted):
        add_note(ticket, body="psst", by=cast.rosa)
    with pytest.raises(NotPermitted):
        answer(ticket, cast.rosa, then=AfterSending.RESOLVE)
    assert ticket.messages.count() == 1


def test_a_watching_customer_writes_as_a_customer_and_a_watching_agent_as_staff(cast):
    ticket = cast.open_ticket()
    for watcher in (cast.otto, cast.noor):
        add_watcher(ticket, user=watcher, by=cast.amir)
    assert not answer(ticket, cast.otto).is_from_staff
    assert answer(ticket, cast.noor).is_from_staff


def test_an_agent_who_asks_for_themselves_is_a_customer_there(cast):
    ticket = cast.open_ticket(requester=cast.lena, by=cast.lena)
    assert not answer(ticket, cast.lena).is_from_staff


def test_sending_twice_is_one_message(cast):
    ticket = cast.open_ticket()
    first = answer(ticket, cast.amir, submission_key="k")
    assert answer(ticket, cast.amir, submission_key="k") == first
    assert Message.objects.filter(ticket=ticket).count() == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda cast, ticket: answer(ticket, cast.rosa),
        lambda cast, ticket: add_note(ticket, body="n", by=cast.lena),
        lambda cast, ticket: wait_for_customer(ticket, by=cast.lena),
        lambda cast, ticket: resolve_ticket(ticket, by=cast.rosa),
    ],
)
def test_a_reply_that_another_person_overtook_is_held_back(cast, act):
    ticket = cast.open_ticket()
    seen = ticket.version
    act(cast, ticket)
    with pytest.raises(Overtaken) as held:
        answer(ticket, cast.amir, seen_version=seen)
    assert held.value.extra["since"]
    assert not Message.objects.filter(ticket=ticket, author=cast.amir).exists()


def test_tags_watchers_and_ones_own_acts_hold_nothing_back(cast):
    from tickets.services.following import add_tag

    ticket = cast.open_ticket()
    seen = ticket.version
    add_tag(ticket, name="refund", by=cast.lena)
    add_watcher(ticket, user=cast.noor, by=cast.lena)
    add_note(ticket, body="mine", by=cast.amir)
    assert answer(ticket, cast.amir, seen_version=seen).pk
