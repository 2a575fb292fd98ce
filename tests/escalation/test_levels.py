"""Levels: each once per episode, in their order, with their distance, and never a chain reaction."""

from datetime import timedelta
from functools import partial

import pytest

from escalation.kinds import ESCALATION_RAISED
from escalation.models import Anchor, Escalation, EscalationPolicy, EscalationTimer, Metric
from escalation.services.firing import fire_due_levels
from teams.models import Calendar
from tests.cast import MONDAY, assemble, make_agent
from tests.escalation.desk import HOUR, climb, promise
from tests.racing import race
from tickets.events import Cause, EventKind, broken_link
from tickets.models import Priority, Ticket
from tickets.services.assigning import take_back
from tickets.services.conversing import add_note, reply
from tickets.services.prioritising import change_priority
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import reopen_ticket, resolve_ticket
from tickets.timeline import told

TELL_ASSIGNEE = [{"do": "notify", "who": "assignee"}]
TELL_LEAD = [{"do": "notify", "who": "lead"}]
MINUTE = timedelta(minutes=1)


def outcomes(ticket):
    rows = Escalation.objects.filter(ticket=ticket).order_by("level__number", "pk")
    return list(rows.values_list("level__number", "outcome"))


def raised(ticket):
    return list(ticket.events.filter(kind=ESCALATION_RAISED).order_by("seq"))


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def three_levels(cast):
    promise()
    climb(
        (75, TELL_ASSIGNEE),
        (100, [*TELL_LEAD, {"do": "raise_priority"}]),
        (150, [{"do": "reassign", "to": "next_best"}]),
    )
    make_agent("Berta", cast.billing)
    return cast


def test_each_level_fires_at_its_moment_and_never_again(three_levels):
    ticket = three_levels.open_ticket()
    for at, fired in ((3 * HOUR - MINUTE, 0), (3 * HOUR, 1), (4 * HOUR, 2), (6 * HOUR, 3), (60 * HOUR, 3)):
        fire_due_levels(as_of=MONDAY + at)
        fire_due_levels(as_of=MONDAY + at)
        assert len(outcomes(ticket)) == fired
    assert [event.data["level"] for event in raised(ticket)] == [1, 2, 3]
    assert {event.cause for event in raised(ticket)} == {Cause.TIME}
    assert EscalationTimer.objects.count() == 0


def test_what_a_level_does_is_caused_by_its_event_and_leaves_the_owner_and_the_deadline(three_levels):
    ticket = three_levels.open_ticket()
    due = ticket.first_response_due_at
    fire_due_levels(as_of=MONDAY + 4 * HOUR)
    after = fresh(ticket)
    assert (after.priority, after.assignee, after.first_response_due_at) == (Priority.HIGH, three_levels.amir, due)
    changed = ticket.events.get(kind=EventKind.PRIORITY_CHANGED)
    assert (changed.caused_by.kind, changed.cause, changed.actor) == (ESCALATION_RAISED, Cause.ESCALATION, None)


def test_the_third_level_gives_it_to_the_next_best(three_levels):
    ticket = three_levels.open_ticket()
    for at in (3 * HOUR, 4 * HOUR, 6 * HOUR):
        fire_due_levels(as_of=MONDAY + at)
    assert fresh(ticket).assignee.full_name == "Berta"
    assert Escalation.objects.get(level__number=3).results == [{"do": "reassign", "ok": True}]


def test_after_an_outage_each_level_is_recorded_only_the_highest_acts_and_tells_everybody_once(cast):
    promise()
    climb((75, TELL_ASSIGNEE), (100, [*TELL_LEAD, {"do": "raise_priority"}]), (150, TELL_LEAD))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 10 * HOUR)
    assert outcomes(ticket) == [(1, "overtaken"), (2, "overtaken"), (3, "fired")]
    event = raised(ticket)[0]
    assert (len(raised(ticket)), event.data["level"], event.data["audience"]) == (1, 3, ["assignee", "lead"])
    assert fresh(ticket).priority == Priority.MEDIUM


def test_after_an_outage_the_shipped_policies_both_act_on_the_same_ticket(cast):
    promise()
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 100 * HOUR)
    assert outcomes(ticket) == [*[(1, "overtaken")] * 2, *[(2, "overtaken")] * 2, *[(3, "fired")] * 2]
    assert [event.data["level"] for event in raised(ticket)] == [3, 3]
    assert ticket.events.filter(kind=EventKind.ASSIGNED, cause=Cause.ESCALATION).count() == 1
    assert fresh(ticket).assignee == cast.lena
    assert broken_link(fresh(ticket)) is None


def test_a_level_that_fired_late_still_leaves_its_distance_to_the_next(cast):
    promise()
    climb((75, TELL_ASSIGNEE), (100, TELL_LEAD), (101, TELL_LEAD), distance=900)
    ticket = cast.open_ticket()
    late = MONDAY + 4 * HOUR - MINUTE
    fire_due_levels(as_of=late)
    for at, fired in ((14 * MINUTE, 1), (15 * MINUTE, 2), (29 * MINUTE, 2), (30 * MINUTE, 3)):
        fire_due_levels(as_of=late + at)
        assert len(outcomes(ticket)) == fired


def test_a_deadline_that_moves_keeps_the_distance_to_what_has_fired(three_levels):
    EscalationPolicy.objects.update(level_distance_seconds=3600)
    ticket = three_levels.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    change_priority(ticket, to=Priority.HIGH, by=three_levels.amir, at=MONDAY + 3 * HOUR)
    timers = EscalationTimer.objects.filter(level__anchor=Metric.FIRST_RESPONSE).order_by("level__number")
    assert [timer.due_at for timer in timers] == [MONDAY + 4 * HOUR, MONDAY + 5 * HOUR]


def test_a_policy_that_was_switched_off_fires_no_more(three_levels):
    ticket = three_levels.open_ticket()
    EscalationPolicy.objects.update(is_active=False)
    fire_due_levels(as_of=MONDAY + 100 * HOUR)
    assert (outcomes(ticket), EscalationTimer.objects.count()) == ([], 0)


def test_each_action_sees_what_those_before_it_have_done(cast):
    promise()
    climb((75, [{"do": "reassign", "to": "next_best"}, {"do": "add_watcher", "who": "assignee"}]))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert fresh(ticket).assignee == cast.lena
    assert list(ticket.watchers.values_list("user", flat=True)) == [cast.lena.pk]


def test_a_level_that_is_never_reached_takes_no_promise_away(cast):
    calendar = Calendar.objects.create(name="An hour a week", time_zone="UTC")
    calendar.spans.create(weekday=0, opens="10:00", closes="11:00")
    promise(calendar=calendar, targets={Priority.MEDIUM: (1, 200)})
    climb((50, TELL_LEAD), (1000, TELL_LEAD), anchor=Metric.RESOLUTION)
    ticket = cast.open_ticket()
    assert ticket.first_response_due_at == MONDAY + HOUR
    assert EscalationTimer.objects.get(ticket=ticket).level.number == 1


def test_an_answer_cancels_what_has_not_fired(three_levels):
    ticket = three_levels.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    reply(ticket, body="Hi", by=three_levels.amir, channel="web", at=MONDAY + 3.5 * HOUR)
    fire_due_levels(as_of=MONDAY + 100 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]


def test_a_pause_cancels_and_going_on_schedules_with_the_pause_added(cast):
    promise()
    climb((50, TELL_ASSIGNEE), (100, TELL_LEAD), anchor=Metric.RESOLUTION)
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY + HOUR)
    fire_due_levels(as_of=MONDAY + 100 * HOUR)
    assert outcomes(ticket) == []
    reply(ticket, body="Here", by=cast.rosa, channel="web", at=MONDAY + 101 * HOUR)
    fire_due_levels(as_of=MONDAY + 110 * HOUR - MINUTE)
    assert outcomes(ticket) == []
    fire_due_levels(as_of=MONDAY + 110 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]


def test_a_lower_priority_moves_what_has_not_fired(three_levels):
    ticket = three_levels.open_ticket()
    change_priority(ticket, to=Priority.LOW, by=three_levels.amir, at=MONDAY + HOUR)
    fire_due_levels(as_of=MONDAY + 5 * HOUR)
    assert outcomes(ticket) == []
    fire_due_levels(as_of=MONDAY + 6 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]


def test_a_reopened_ticket_starts_no_new_episode(cast):
    promise()
    climb((50, TELL_ASSIGNEE), (100, TELL_LEAD), anchor=Metric.RESOLUTION)
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 10 * HOUR)
    resolve_ticket(ticket, by=cast.amir, at=MONDAY + 11 * HOUR)
    reopen_ticket(ticket, by=cast.rosa, at=MONDAY + 12 * HOUR)
    fire_due_levels(as_of=MONDAY + 20 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]
    fire_due_levels(as_of=MONDAY + 21 * HOUR)
    assert outcomes(ticket) == [(1, "fired"), (2, "fired")]


def test_a_level_whose_condition_fails_is_skipped_and_says_which(cast):
    promise()
    climb((75, TELL_ASSIGNEE, {"priority": ["critical"]}), (100, TELL_LEAD))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 4 * HOUR)
    assert outcomes(ticket) == [(1, "skipped"), (2, "fired")]
    assert Escalation.objects.get(level__number=1).failed_condition == "priority"


def test_a_policy_that_does_not_match_schedules_nothing(cast):
    promise()
    climb((75, TELL_ASSIGNEE), conditions={"category": ["technical"]})
    cast.open_ticket()
    assert not EscalationTimer.objects.exists()


def test_with_targets_of_minutes_levels_keep_their_distance(cast):
    promise(targets={Priority.MEDIUM: (1 / 60, 2 / 60), Priority.HIGH: (1 / 120, 1 / 60)})
    climb((75, [{"do": "raise_priority"}]), (100, TELL_LEAD), (150, TELL_LEAD), distance=900)
    ticket = cast.open_ticket()
    due = [timer.due_at for timer in EscalationTimer.objects.order_by("level__number")]
    assert due == [MONDAY + timedelta(seconds=45), MONDAY + timedelta(seconds=945), MONDAY + timedelta(seconds=1845)]
    fire_due_levels(as_of=MONDAY + MINUTE)
    fire_due_levels(as_of=MONDAY + 2 * MINUTE)
    assert outcomes(ticket) == [(1, "fired")]
    assert fresh(ticket).priority == Priority.HIGH


def test_an_action_that_fails_is_noted_and_the_others_are_done(cast, monkeypatch):
    from escalation.services import acting
    from helpdesk.core.errors import DomainError

    def refuse(*_args, **_kwargs):
        raise DomainError("no")

    monkeypatch.setitem(acting._PERFORMERS, "note", refuse)
    promise()
    climb((75, [{"do": "note", "text": "x"}, {"do": "raise_priority"}]))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert Escalation.objects.get().results == [
        {"do": "note", "ok": False, "error": "refused", "said": "no"},
        {"do": "raise_priority", "ok": True},
    ]
    assert fresh(ticket).priority == Priority.HIGH


def test_a_level_may_add_watchers_and_write_a_note(cast):
    promise()
    climb((75, [{"do": "add_watcher", "who": "lead"}, {"do": "note", "text": "Look at this."}]))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert list(ticket.watchers.values_list("user", flat=True)) == [cast.lena.pk]
    note = ticket.messages.get(is_internal=True)
    assert (note.author, note.body) == (None, "Look at this.")
    assert fresh(ticket).status == "assigned"


@pytest.mark.parametrize(
    ("anchor", "begin"),
    [
        (Anchor.OPENED, lambda cast, ticket: None),
        (Anchor.LAST_UPDATE, lambda cast, ticket: None),
        (Anchor.UNASSIGNED, lambda cast, ticket: take_back(ticket, by=cast.lena, at=MONDAY)),
    ],
)
def test_levels_can_count_from_opening_from_the_last_update_and_from_being_unassigned(cast, anchor, begin):
    promise()
    climb((2 * HOUR, TELL_LEAD), anchor=anchor)
    ticket = cast.open_ticket()
    begin(cast, ticket)
    fire_due_levels(as_of=MONDAY + 2 * HOUR - MINUTE)
    assert outcomes(ticket) == []
    fire_due_levels(as_of=MONDAY + 2 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]


def test_a_human_update_starts_counting_anew(cast):
    promise()
    climb((2 * HOUR, TELL_LEAD), anchor=Anchor.LAST_UPDATE)
    ticket = cast.open_ticket()
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + HOUR)
    fire_due_levels(as_of=MONDAY + 2 * HOUR)
    assert outcomes(ticket) == []
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert outcomes(ticket) == [(1, "fired")]


@pytest.mark.parametrize("anchor", [Anchor.OPENED, Anchor.LAST_UPDATE, Anchor.UNASSIGNED])
def test_while_the_customer_is_asked_nothing_fires_and_afterwards_it_may(cast, anchor):
    promise()
    climb((2 * HOUR, TELL_LEAD), anchor=anchor)
    ticket = take_back(cast.open_ticket(), by=cast.lena, at=MONDAY)
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    add_note(ticket, body="Asked again.", by=cast.amir, at=MONDAY + 1.5 * HOUR)
    fire_due_levels(as_of=MONDAY + 9 * HOUR)
    assert outcomes(ticket) == []
    reply(ticket, body="Here", by=cast.rosa, channel="web", at=MONDAY + 10 * HOUR)
    fire_due_levels(as_of=MONDAY + 12 * HOUR)
    # Whoever answered is served at once, so that nobody waits for an assignee any more.
    assert outcomes(ticket) == ([] if anchor == Anchor.UNASSIGNED else [(1, "fired")])


def test_a_policy_for_others_does_not_count_from_the_opening(cast):
    promise()
    climb((2 * HOUR, TELL_LEAD), anchor=Anchor.OPENED, conditions={"category": ["technical"]})
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 9 * HOUR)
    assert outcomes(ticket) == []


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_fire_each_level_once():
    cast = assemble()
    promise()
    climb((75, [{"do": "note", "text": "once"}]))
    tickets = [cast.open_ticket() for _number in range(10)]
    results = race(*[partial(fire_due_levels, as_of=MONDAY + 3 * HOUR)] * 4)
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert not [result for result in results if isinstance(result, Exception)]
    assert Escalation.objects.count() == 10
    assert all(ticket.messages.filter(is_internal=True).count() == 1 for ticket in tickets)


def test_the_history_names_the_policy_while_there_is_one(three_levels):
    ticket = three_levels.open_ticket()
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    assert told(raised(ticket))[0].text == "Level 1 of “Climbing” fired"
    EscalationPolicy.objects.filter(name="Climbing").update(name="Payments")
    assert told(raised(ticket))[0].text == "Level 1 of “Payments” fired"

    [event] = raised(ticket)
    event.data["policy"] = 0
    assert told([event])[0].text == "Escalation level 1 fired"
