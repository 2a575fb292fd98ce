"""The next response: one clock a question, from the oldest words without an answer to a human's public answer."""

from datetime import timedelta

import pytest

from escalation.explanation import explained_clocks
from escalation.models import Anchor, Clock, Escalation, Metric
from escalation.models.clock import ClockState
from escalation.services.firing import fire_due_levels
from escalation.services.following_facts import follow
from escalation.services.sweeping import sweep_clocks
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, promise
from tickets.events import EventKind
from tickets.models import Channel, Priority, Ticket
from tickets.services.conversing import AfterSending, add_note, reply
from tickets.services.duplicates import mark_duplicate
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket

MINUTE = timedelta(minutes=1)


def say(ticket, by, at, **more):
    return reply(ticket, body="Words", by=by, channel=Channel.WEB, at=MONDAY + at, **more)


def cycles(ticket):
    rows = Clock.objects.filter(ticket=ticket, metric=Metric.NEXT_RESPONSE).order_by("cycle")
    return list(rows.values_list("cycle", "state", "started_at", "stopped_at"))


@pytest.fixture
def ticket(cast):
    """Four hours to the first response, two to each next one; answered after an hour."""
    promise(next_hours=2)
    ticket = cast.open_ticket()
    say(ticket, cast.amir, HOUR)
    return ticket


def test_each_question_begins_a_clock_and_the_answer_stops_it(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    assert Ticket.objects.get(pk=ticket.pk).next_due_at == MONDAY + 4 * HOUR
    say(ticket, cast.amir, 3 * HOUR)
    say(ticket, cast.rosa, 5 * HOUR)
    assert cycles(ticket) == [
        (1, ClockState.MET, MONDAY + 2 * HOUR, MONDAY + 3 * HOUR),
        (2, ClockState.RUNNING, MONDAY + 5 * HOUR, None),
    ]


def test_the_oldest_unanswered_words_count(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    say(ticket, cast.rosa, 3 * HOUR)
    assert cycles(ticket) == [(1, ClockState.RUNNING, MONDAY + 2 * HOUR, None)]


def test_also_after_it_was_missed(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    sweep_clocks(as_of=MONDAY + 5 * HOUR)
    say(ticket, cast.rosa, 6 * HOUR)
    say(ticket, cast.amir, 7 * HOUR)
    clock = Clock.objects.get(ticket=ticket, metric=Metric.NEXT_RESPONSE)
    assert (clock.breached_at, clock.stopped_at) == (MONDAY + 4 * HOUR, MONDAY + 7 * HOUR)


def test_nothing_begins_while_the_first_response_is_owed(cast):
    promise(next_hours=2)
    ticket = cast.open_ticket()
    say(ticket, cast.rosa, HOUR)
    assert cycles(ticket) == []


def test_after_a_late_first_response_as_well(cast):
    promise(next_hours=2)
    ticket = cast.open_ticket()
    say(ticket, cast.amir, 9 * HOUR)
    say(ticket, cast.rosa, 10 * HOUR)
    assert [cycle[:2] for cycle in cycles(ticket)] == [(1, ClockState.RUNNING)]


def test_staffs_own_opening_words_were_the_first_response(cast):
    promise(next_hours=2)
    ticket = cast.open_ticket(by=cast.amir, author=cast.amir)
    say(ticket, cast.rosa, HOUR)
    assert [cycle[:2] for cycle in cycles(ticket)] == [(1, ClockState.RUNNING)]


def test_machines_and_notes_neither_begin_nor_stop_it(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR, is_automatic=True)
    assert cycles(ticket) == []
    say(ticket, cast.rosa, 2 * HOUR)
    say(ticket, cast.amir, 2.5 * HOUR, is_automatic=True)
    add_note(ticket, body="Later", by=cast.amir, at=MONDAY + 2.5 * HOUR)
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 2.6 * HOUR)
    assert cycles(ticket) == [(1, ClockState.RUNNING, MONDAY + 2 * HOUR, None)]


@pytest.mark.parametrize("end", ["resolved", "merged"])
def test_resolving_and_merging_cancel_it(cast, ticket, end):
    say(ticket, cast.rosa, 2 * HOUR)
    if end == "resolved":
        resolve_ticket(ticket, by=cast.amir, at=MONDAY + 3 * HOUR)
    else:
        mark_duplicate(ticket, of=cast.open_ticket(), by=cast.amir, at=MONDAY + 3 * HOUR)
    assert [cycle[1] for cycle in cycles(ticket)] == [ClockState.CANCELLED]


def test_an_answer_that_resolves_meets_it(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    say(ticket, cast.amir, 3 * HOUR, then=AfterSending.RESOLVE)
    assert [cycle[1] for cycle in cycles(ticket)] == [ClockState.MET]


def test_words_that_reopen_ask_and_the_button_alone_does_not(cast, ticket):
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 3 * HOUR)
    assert cycles(ticket) == []
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 4 * HOUR)
    say(ticket, cast.rosa, 5 * HOUR)
    assert cycles(ticket) == [(1, ClockState.RUNNING, MONDAY + 5 * HOUR, None)]


def test_another_priority_gives_it_another_target(cast):
    promise(next_hours={Priority.MEDIUM: 2, Priority.HIGH: 1})
    ticket = cast.open_ticket()
    say(ticket, cast.amir, HOUR)
    say(ticket, cast.rosa, 2 * HOUR)
    change_priority(ticket, to=Priority.HIGH, by=cast.amir, at=MONDAY + 2.5 * HOUR)
    assert Clock.objects.get(ticket=ticket, metric=Metric.NEXT_RESPONSE).due_at == MONDAY + 3 * HOUR


def test_following_the_same_fact_again_changes_nothing(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    say(ticket, cast.amir, 3 * HOUR)
    before = cycles(ticket)
    for event in ticket.events.filter(kind=EventKind.REPLIED).order_by("seq"):
        follow(Ticket.objects.get(pk=ticket.pk), event)
    assert cycles(ticket) == before


def test_each_cycle_is_an_episode_of_its_own(cast, ticket):
    climb((50, [{"do": "notify", "who": "lead"}]), anchor=Anchor.NEXT_RESPONSE)
    for hour in (2, 5):
        say(ticket, cast.rosa, hour * HOUR)
        fire_due_levels(as_of=MONDAY + (hour + 1) * HOUR)
        fire_due_levels(as_of=MONDAY + (hour + 1) * HOUR)
        say(ticket, cast.amir, (hour + 2) * HOUR)
    assert Escalation.objects.filter(ticket=ticket).count() == 2


def test_it_explains_itself(cast, ticket):
    say(ticket, cast.rosa, 2 * HOUR)
    explained = next(
        each for each in explained_clocks(ticket, as_of=MONDAY + 3 * HOUR) if each.clock.metric == Metric.NEXT_RESPONSE
    )
    assert (explained.elapsed_seconds, explained.remaining_seconds) == (3600, 3600)
    assert sum(segment.working_seconds for segment in explained.segments) == 7200
