"""Automations: when, if, then; once an event, never in a circle, and each run can be read afterwards."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.kinds import AUTOMATION_RAN
from escalation.models import Automation, AutomationRun, AutomationTimer, Happening
from escalation.services.automating import run_due_automations, wait_for
from teams.models import Calendar
from tests.cast import MONDAY, assemble
from tests.escalation.desk import HOUR
from tests.racing import race
from tickets.events import EventKind
from tickets.lifecycle import Status
from tickets.models import Ticket, TicketEvent
from tickets.relay import relay
from tickets.services.assigning import assign_ticket, take_back
from tickets.services.conversing import AfterSending, reply
from tickets.services.following import add_tag
from tickets.services.progressing import wait_for_customer
from tickets.services.resolving import resolve_ticket
from tickets.services.undoing import UNDO_SECONDS, undo_assignment, undo_resolution
from tickets.timeline import told

DAY = 24 * HOUR


def automate(name="A", *, when, then, after=timedelta(0), **fields):
    return Automation.objects.create(
        name=name, happening=when, after_seconds=int(after.total_seconds()), actions=then, **fields
    )


def settle(at):
    """The relay and the sweep, until nothing moves."""
    for _round in range(30):
        relay(as_of=MONDAY + 1000 * DAY)
        if not run_due_automations(as_of=at):
            return
    raise AssertionError("It goes on for ever.")


def tags(ticket):
    return sorted(ticket.tags.values_list("name", flat=True))


def runs(ticket):
    return list(AutomationRun.objects.filter(ticket=ticket).order_by("pk").values_list("automation__name", "outcome"))


def test_what_happens_is_answered_once(cast):
    automate(when=Happening.OPENED, then=[{"do": "tag", "name": "new"}], conditions={"category": ["billing"]})
    ticket = cast.open_ticket()
    settle(MONDAY)
    settle(MONDAY + HOUR)
    assert (tags(ticket), runs(ticket)) == (["new"], [("A", "done")])
    ran = ticket.events.get(kind=AUTOMATION_RAN)
    assert (ran.caused_by.kind, ticket.events.get(kind=EventKind.TAGGED).caused_by) == (EventKind.OPENED, ran)


def test_a_condition_that_fails_is_remembered(cast):
    automate(when=Happening.OPENED, then=[{"do": "tag", "name": "new"}], conditions={"priority": ["critical"]})
    ticket = cast.open_ticket()
    settle(MONDAY)
    run = AutomationRun.objects.get(ticket=ticket)
    assert (run.outcome, run.failed_condition, tags(ticket)) == ("skipped", "priority", [])


def test_a_reminder_comes_after_a_while_unless_the_customer_answers(cast):
    automate(when=Happening.PENDED, after=2 * DAY, then=[{"do": "message", "text": "Do you still need us?"}])
    quiet, answered = cast.open_ticket(), cast.open_ticket()
    for ticket in (quiet, answered):
        wait_for_customer(ticket, by=cast.amir, at=MONDAY + HOUR)
    reply(answered, body="Here", by=cast.rosa, channel="web", at=MONDAY + 2 * HOUR)
    settle(MONDAY + 2 * DAY)
    assert not AutomationRun.objects.exists()
    settle(MONDAY + 2 * DAY + HOUR)
    assert quiet.messages.order_by("pk").last().body == "Do you still need us?"
    assert (runs(answered), AutomationTimer.objects.count()) == ([], 0)


def test_what_stays_silent_is_resolved_after_the_reminder(cast):
    automate("remind", when=Happening.PENDED, after=DAY, then=[{"do": "message", "text": "Still there?"}])
    automate("resolve", when=Happening.PENDED, after=3 * DAY, then=[{"do": "resolve"}])
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY)
    settle(MONDAY + DAY)
    settle(MONDAY + 3 * DAY)
    assert runs(ticket) == [("remind", "done"), ("resolve", "done")]
    assert Ticket.objects.get(pk=ticket.pk).status == Status.RESOLVED


def test_a_follow_up_closes_what_was_resolved_with_the_answer(cast):
    automate(when=Happening.RESOLVED, after=DAY, then=[{"do": "close"}], conditions={"status": ["resolved"]})
    ticket = cast.open_ticket()
    reply(ticket, body="Done", by=cast.amir, channel="web", then=AfterSending.RESOLVE, at=MONDAY)
    settle(MONDAY + DAY)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.CLOSED


def test_two_that_reassign_in_a_circle_stop(cast):
    automate("to technical", when=Happening.ASSIGNED, then=[{"do": "reassign", "to": "team:technical"}])
    automate("to billing", when=Happening.ASSIGNED, then=[{"do": "reassign", "to": "team:billing"}])
    ticket = cast.open_ticket()
    settle(MONDAY)
    told = runs(ticket)
    assert len(told) < 12
    assert "stopped" in {outcome for _name, outcome in told}
    assert {outcome for _name, outcome in told} <= {"done", "stopped"}


def test_one_that_tags_does_not_answer_to_its_own_tag(cast):
    automate(when=Happening.TAGGED, then=[{"do": "tag", "name": "b"}])
    ticket = cast.open_ticket()
    add_tag(ticket, name="a", by=cast.amir, at=MONDAY)
    settle(MONDAY)
    assert (tags(ticket), runs(ticket)) == (["a", "b"], [("A", "done"), ("A", "stopped")])


def test_nobody_can_make_it_act_without_end_within_an_hour(cast):
    automate(when=Happening.ASSIGNED, then=[{"do": "note", "text": "Hello"}])
    ticket = cast.open_ticket()
    for turn in range(12):
        assign_ticket(ticket, to=(cast.lena, cast.amir)[turn % 2], by=cast.ada, at=MONDAY + timedelta(minutes=turn))
    settle(MONDAY + timedelta(minutes=20))
    outcomes = [outcome for _name, outcome in runs(ticket)]
    assert (outcomes.count("done"), outcomes.count("stopped")) == (10, 3)


def test_one_that_was_switched_off_does_nothing_any_more(cast):
    automate(when=Happening.OPENED, after=HOUR, then=[{"do": "tag", "name": "late"}])
    ticket = cast.open_ticket()
    settle(MONDAY)
    Automation.objects.update(is_active=False)
    settle(MONDAY + 2 * HOUR)
    assert (tags(ticket), runs(ticket), AutomationTimer.objects.count()) == ([], [], 0)


@pytest.mark.parametrize("then", [{"do": "close"}, {"do": "message", "text": "It is done."}])
def test_what_may_still_be_undone_is_not_answered_and_what_was_undone_never(cast, then):
    automate(when=Happening.RESOLVED, then=[then])
    kept, undone = cast.open_ticket(), cast.open_ticket()
    for ticket in (kept, undone):
        resolve_ticket(ticket, by=cast.amir, at=MONDAY)
    settle(MONDAY + timedelta(seconds=UNDO_SECONDS - 1))
    undo_resolution(undone, by=cast.amir, at=MONDAY + timedelta(seconds=UNDO_SECONDS - 1))
    assert not AutomationRun.objects.exists()
    settle(MONDAY + timedelta(seconds=UNDO_SECONDS))
    assert (runs(kept), runs(undone), AutomationTimer.objects.count()) == ([("A", "done")], [], 0)


def test_an_assignment_by_hand_is_answered_when_it_is_too_late_to_undo_it(cast):
    automate("given", when=Happening.ASSIGNED, then=[{"do": "note", "text": "Hello"}])
    automate("taken", when=Happening.UNASSIGNED, then=[{"do": "note", "text": "Goodbye"}])
    ticket = cast.open_ticket()
    settle(MONDAY)
    by_itself = runs(ticket)
    assign_ticket(ticket, to=cast.lena, by=cast.ada, at=MONDAY + HOUR)
    settle(MONDAY + HOUR)
    undo_assignment(ticket, by=cast.ada, at=MONDAY + HOUR)
    settle(MONDAY + 2 * HOUR)
    assert runs(ticket) == by_itself == [("given", "done")]
    take_back(ticket, by=cast.ada, at=MONDAY + 2 * HOUR)
    settle(MONDAY + 2 * HOUR)
    assert runs(ticket) == by_itself
    settle(MONDAY + 2 * HOUR + timedelta(seconds=UNDO_SECONDS))
    assert ("taken", "done") in runs(ticket)


def test_one_that_waits_for_something_else_now_leaves_earlier_events_alone(cast):
    automate(when=Happening.PENDED, after=HOUR, then=[{"do": "message", "text": "Still there?"}])
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY)
    settle(MONDAY)
    Automation.objects.update(happening=Happening.RESOLVED, actions=[{"do": "close"}])
    settle(MONDAY + 2 * HOUR)
    assert (runs(ticket), AutomationTimer.objects.count()) == ([], 0)
    assert Ticket.objects.get(pk=ticket.pk).status == Status.PENDING_CUSTOMER


def test_one_that_was_given_more_time_waits_for_it(cast):
    automate(when=Happening.PENDED, after=HOUR, then=[{"do": "tag", "name": "silent"}])
    ticket = wait_for_customer(cast.open_ticket(), by=cast.amir, at=MONDAY)
    settle(MONDAY)
    Automation.objects.update(after_seconds=DAY.total_seconds())
    settle(MONDAY + 2 * HOUR)
    assert (tags(ticket), AutomationTimer.objects.get().due_at) == ([], MONDAY + DAY)
    settle(MONDAY + DAY)
    assert tags(ticket) == ["silent"]


def test_waiting_in_working_time_takes_as_many_queries_for_many_events_as_for_one(cast):
    automate(when=Happening.OPENED, after=HOUR, then=[{"do": "tag", "name": "late"}])

    def queries(count):
        opened = [cast.open_ticket().pk for _number in range(count)]
        events = list(TicketEvent.objects.filter(ticket__in=opened).select_related("ticket__team"))
        wait_for(events[:1])
        with CaptureQueriesContext(connection) as captured:
            assert wait_for(events) == count
        return len(captured)

    assert queries(1) == queries(20) <= 4


def test_hours_that_make_no_sense_keep_nothing_else_back(cast):
    automate(when=Happening.OPENED, after=HOUR, then=[{"do": "tag", "name": "late"}])
    automate("B", when=Happening.OPENED, then=[{"do": "tag", "name": "new"}])
    ticket = cast.open_ticket()
    cast.billing.calendar = Calendar.objects.create(name="Broken", time_zone="UTC")
    cast.billing.save()
    settle(MONDAY)
    assert (runs(ticket), AutomationTimer.objects.count()) == ([("B", "done")], 0)


def test_an_action_that_fails_is_noted_and_the_others_are_done(cast):
    automate(when=Happening.OPENED, then=[{"do": "reassign", "to": "team:gone"}, {"do": "tag", "name": "x"}])
    ticket = cast.open_ticket()
    settle(MONDAY)
    assert [result["ok"] for result in AutomationRun.objects.get(ticket=ticket).results] == [False, True]
    assert tags(ticket) == ["x"]


def test_whom_it_names_is_told(cast):
    from notifications.models import Notification

    automate(when=Happening.RESOLVED, then=[{"do": "notify", "who": "lead"}])
    ticket = resolve_ticket(cast.open_ticket(), by=cast.amir, at=MONDAY)
    settle(MONDAY + HOUR)
    relay(as_of=MONDAY + 1000 * DAY)
    assert Notification.objects.get(kind="automated").recipient == cast.lena
    assert ticket.reference in str(Notification.objects.get(kind="automated").event.ticket.reference)


@pytest.mark.django_db(transaction=True)
def test_four_sweeps_at_once_run_it_once():
    cast = assemble()
    automate(when=Happening.OPENED, then=[{"do": "note", "text": "once"}])
    tickets = [cast.open_ticket() for _number in range(8)]
    relay(as_of=MONDAY + 1000 * DAY)
    results = race(*[partial(run_due_automations, as_of=MONDAY)] * 4)
    run_due_automations(as_of=MONDAY)
    assert not [result for result in results if isinstance(result, Exception)]
    assert AutomationRun.objects.count() == 8
    assert all(ticket.messages.filter(is_internal=True).count() == 1 for ticket in tickets)


def test_the_history_names_it(cast):
    automate("Late payments", when=Happening.OPENED, then=[{"do": "tag", "name": "new"}])
    ticket = cast.open_ticket()
    settle(MONDAY)
    event = ticket.events.get(kind=AUTOMATION_RAN)
    assert told([event])[0].text == "The automation “Late payments” acted"

    event.data["automation"] = 0
    assert told([event])[0].text == "Automation 0 acted"
