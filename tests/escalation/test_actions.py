"""What levels can do, beside what test_levels plays through: tags, teams, words to the customer, and a snooze."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from escalation.actions import validate_actions, validate_automation_actions
from escalation.conditions import validate_conditions
from escalation.kinds import ESCALATION_RAISED, ESCALATION_SNOOZED, SLA_SLIPPING
from escalation.models import Anchor, Clock, Escalation, Metric
from escalation.services.firing import fire_due_levels
from escalation.services.snoozing import NothingToSnooze, levels_to_come, snooze
from helpdesk.core.errors import InvalidInput, NotPermitted
from teams.availability import on_call
from teams.models import OnCallRota, OnCallShift, Team, TeamMembership, User
from tests.cast import MONDAY, make_agent
from tests.escalation.desk import HOUR, climb, promise
from tests.racing import loads_locked
from tickets.events import Cause, EventKind
from tickets.models import Ticket
from tickets.services.assigning import assign_ticket
from tickets.services.conversing import reply
from tickets.services.resolving import resolve_ticket


def fresh(ticket):
    return Ticket.objects.get(pk=ticket.pk)


def fire(cast, *actions, at=3 * HOUR, **opened):
    promise()
    climb((75, list(actions)))
    ticket = cast.open_ticket(**opened)
    fire_due_levels(as_of=MONDAY + at)
    return fresh(ticket), Escalation.objects.get(ticket=ticket)


def test_a_lead_who_has_it_and_works_keeps_it_when_a_lead_is_wanted(cast):
    general = Team.objects.get(is_general=True)
    make_agent("Hanna", general, role=TeamMembership.Role.LEAD)
    promise()
    climb((75, [{"do": "reassign", "to": "lead"}]))
    tickets = [cast.open_ticket() for _number in range(2)]
    assign_ticket(tickets[1], to=cast.lena, by=cast.lena, at=MONDAY)
    fire_due_levels(as_of=MONDAY + 3 * HOUR)
    for ticket in tickets:
        assert (fresh(ticket).assignee, fresh(ticket).team) == (cast.lena, cast.billing)


def test_a_level_tags(cast):
    ticket, fired = fire(cast, {"do": "tag", "name": "Late"})
    assert list(ticket.tags.values_list("name", flat=True)) == ["late"]
    tagged = ticket.events.get(kind=EventKind.TAGGED)
    assert (tagged.caused_by.kind, tagged.cause) == (ESCALATION_RAISED, Cause.ESCALATION)
    assert fired.results == [{"do": "tag", "ok": True}]


def test_a_level_gives_it_to_a_team_that_finds_somebody(cast):
    ticket, _fired = fire(cast, {"do": "reassign", "to": "team:technical"})
    assert (ticket.team, ticket.assignee) == (cast.technical, cast.noor)


def test_all_who_could_get_it_are_locked_at_once(cast):
    with CaptureQueriesContext(connection) as captured:
        promise()
        climb((75, [{"do": "raise_priority"}, {"do": "reassign", "to": "team:technical"}]))
        cast.open_ticket()
        captured_before = len(captured)
        fire_due_levels(as_of=MONDAY + 3 * HOUR)
    first, *later = loads_locked(captured.captured_queries[captured_before:])
    assert cast.noor.pk in first
    assert all(agents <= first for agents in later)


def test_an_action_that_names_a_vanished_team_says_so_and_the_others_are_done(cast):
    ticket, fired = fire(cast, {"do": "reassign", "to": "team:gone"}, {"do": "tag", "name": "late"})
    assert fired.results[0]["error"] == "team_is_gone"
    assert "“gone”" in fired.results[0]["said"]
    assert fired.results[1]["ok"]
    assert ticket.team == cast.billing


def test_words_to_the_customer_are_public_mailed_and_no_answer(cast):
    from notifications.models import Notification
    from tickets.relay import relay

    ticket, _fired = fire(cast, {"do": "message", "text": "We have not forgotten you."})
    message = ticket.messages.order_by("pk").last()
    assert (message.author, message.is_internal, message.is_from_staff) == (None, False, True)
    assert Clock.objects.get(ticket=ticket, metric=Metric.FIRST_RESPONSE).stopped_at is None
    relay(as_of=MONDAY + 9000 * HOUR)
    told = Notification.objects.get(recipient=cast.rosa, kind="replied")
    assert told.deliveries.filter(channel="email").exists()


def test_the_customer_hears_before_the_promise_slips(cast):
    promise()
    climb((-timedelta(minutes=15), [{"do": "tell_customer", "more_seconds": 7200}]))
    ticket = cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 4 * HOUR - timedelta(minutes=15))
    ticket = fresh(ticket)
    assert "16:00 today" in ticket.messages.order_by("pk").last().body
    event = ticket.events.get(kind=SLA_SLIPPING)
    assert event.data["new_at"] == (MONDAY + 6 * HOUR).isoformat()
    assert ticket.first_response_due_at == MONDAY + 4 * HOUR


def test_who_has_an_answer_is_told_nothing(cast):
    promise()
    climb((-timedelta(minutes=15), [{"do": "tell_customer", "more_seconds": 7200}]))
    ticket = cast.open_ticket()
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + HOUR)
    fire_due_levels(as_of=MONDAY + 5 * HOUR)
    assert fresh(ticket).messages.count() == 2


def test_the_words_are_in_the_customers_language_and_zone(cast):
    cast.rosa.language, cast.rosa.time_zone = "de", "Europe/Berlin"
    cast.rosa.save()
    ticket, _fired = fire(cast, {"do": "tell_customer", "more_seconds": 7200})
    body = ticket.messages.order_by("pk").last().body
    assert "17:00" in body
    assert "Antwort" in body


@pytest.mark.parametrize(
    "actions",
    [
        [],
        "notify",
        [{"do": "explode"}],
        [{"do": ["notify"]}],
        [{"do": "notify"}],
        [{"do": "notify", "who": "everybody"}],
        [{"do": "reassign", "to": "team:"}],
        [{"do": "tag", "name": ""}],
        [{"do": "tag", "name": "x" * 41}],
        [{"do": "message", "text": "a\x00b"}],
        [{"do": "tell_customer", "more_seconds": 0}],
        [{"do": "tell_customer", "more_seconds": True}],
        [{"do": "close"}],
        [{"do": "raise_priority"}] * 11,
        [{"do": "notify", "who": "user:99999999999999999999"}],
    ],
)
def test_actions_that_make_no_sense_are_refused_with_a_sentence(actions):
    with pytest.raises(ValidationError) as refused:
        validate_actions(actions)
    assert len(refused.value.messages[0]) > 10


def test_only_automations_close_and_only_levels_promise_a_new_time():
    validate_automation_actions([{"do": "close"}])
    with pytest.raises(ValidationError):
        validate_automation_actions([{"do": "tell_customer", "more_seconds": 600}])


@pytest.mark.parametrize(
    "conditions", [[], {"mood": ["bad"]}, {"category": "billing"}, {"priority": ["urgent"]}, {"status": ["open"]}]
)
def test_conditions_that_make_no_sense_are_refused(conditions):
    with pytest.raises(ValidationError):
        validate_conditions(conditions)


def test_a_snooze_lets_levels_wait_and_clocks_go_on(cast):
    promise()
    climb((75, [{"do": "notify", "who": "lead"}]), (100, [{"do": "notify", "who": "lead"}]), distance=900)
    ticket = cast.open_ticket()
    until = MONDAY + 8 * HOUR
    snooze(ticket, until=until, reason="Waiting for a part", by=cast.amir, at=MONDAY + HOUR)
    fire_due_levels(as_of=MONDAY + 7 * HOUR)
    assert not Escalation.objects.exists()
    fire_due_levels(as_of=until)
    assert [row.outcome for row in Escalation.objects.order_by("level__number")] == ["overtaken", "fired"]
    event = ticket.events.get(kind=ESCALATION_SNOOZED)
    assert (event.actor, event.data) == (cast.amir, {"until": until.isoformat()})
    assert fresh(ticket).first_response_due_at == MONDAY + 4 * HOUR


def test_what_is_scheduled_during_a_snooze_waits_as_well(cast):
    promise()
    climb((2 * HOUR, [{"do": "notify", "who": "lead"}]), anchor=Anchor.LAST_UPDATE)
    ticket = cast.open_ticket()
    snooze(ticket, until=MONDAY + 20 * HOUR, reason="x", by=cast.amir, at=MONDAY + HOUR)
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + 2 * HOUR)
    fire_due_levels(as_of=MONDAY + 10 * HOUR)
    assert not Escalation.objects.exists()
    assert [timer.fires_at for timer in levels_to_come(ticket, as_of=MONDAY + 10 * HOUR)] == [MONDAY + 20 * HOUR]


def test_a_shorter_snooze_wakes_levels_earlier_but_none_before_its_own_time(cast):
    promise()
    climb((75, [{"do": "notify", "who": "lead"}]), (12 * HOUR, [{"do": "notify", "who": "lead"}]))
    ticket = cast.open_ticket()
    snooze(ticket, until=MONDAY + 72 * HOUR, reason="Waiting for a part", by=cast.amir, at=MONDAY)
    assert fire_due_levels(as_of=MONDAY + 4 * HOUR) == 0
    shorter = MONDAY + 6 * HOUR
    snooze(ticket, until=shorter, reason="It came", by=cast.amir, at=MONDAY + 5 * HOUR)
    fires = [timer.fires_at for timer in levels_to_come(ticket, as_of=MONDAY + 5 * HOUR)]
    assert fires == [shorter, MONDAY + 16 * HOUR]
    fire_due_levels(as_of=shorter)
    assert [row.level.number for row in Escalation.objects.all()] == [1]


def test_levels_of_a_ticket_whose_snooze_is_taken_away_fire_at_once(cast):
    promise()
    climb((75, [{"do": "notify", "who": "lead"}]))
    ticket = cast.open_ticket()
    snooze(ticket, until=MONDAY + 72 * HOUR, reason="x", by=cast.amir, at=MONDAY).delete()
    fire_due_levels(as_of=MONDAY + 4 * HOUR)
    assert Escalation.objects.get().outcome == "fired"


@pytest.mark.parametrize(
    ("until", "reason"),
    [(HOUR, ""), (HOUR, "  "), (-HOUR, "x"), (8 * 24 * HOUR, "x"), (HOUR, "x" * 301)],
)
def test_a_snooze_needs_a_reason_and_a_time_within_a_week(cast, until, reason):
    ticket = cast.open_ticket()
    with pytest.raises(InvalidInput):
        snooze(ticket, until=MONDAY + until, reason=reason, by=cast.amir, at=MONDAY)


def test_only_who_works_on_it_snoozes_and_only_what_is_not_resolved(cast):
    ticket = cast.open_ticket()
    with pytest.raises(NotPermitted):
        snooze(ticket, until=MONDAY + HOUR, reason="x", by=cast.noor, at=MONDAY)
    resolve_ticket(ticket, by=cast.amir, at=MONDAY)
    with pytest.raises(NothingToSnooze):
        snooze(ticket, until=MONDAY + HOUR, reason="x", by=cast.amir, at=MONDAY)


def test_a_rota_takes_turns_at_the_same_wall_clock_time_and_an_override_wins(cast):
    berta = make_agent("Berta", cast.billing)
    rota = OnCallRota.objects.create(
        team=cast.billing, time_zone="Europe/Berlin", begins_on="2026-03-23", hands_over_at="09:00", turn_days=7
    )
    for position, person in enumerate((cast.amir, berta)):
        rota.turns.create(position=position, user=person)
    rota.refresh_from_db()

    def who(instant):
        return set(on_call({cast.billing.pk}, as_of=instant))

    before = MONDAY.replace(day=23, hour=7, minute=59)
    assert who(before) == set()
    assert who(before + timedelta(minutes=1)) == {cast.amir.pk}
    # A week later it is summer: nine o'clock in Berlin is seven in UTC.
    handover = MONDAY.replace(day=30, hour=7)
    assert who(handover - timedelta(seconds=1)) == {cast.amir.pk}
    assert who(handover) == {berta.pk}
    OnCallShift.objects.create(
        team=cast.billing, user=cast.lena, starts_at=handover, ends_at=handover + timedelta(hours=5)
    )
    assert who(handover) == {cast.lena.pk}
    assert who(handover + timedelta(hours=5)) == {berta.pk}
    OnCallRota.objects.update(is_active=False)
    assert who(handover + timedelta(hours=5)) == set()


@pytest.mark.parametrize("change", [{"is_active": False}, {"is_staff": False}])
def test_the_single_shift_of_whoever_is_gone_does_not_silence_the_rota(cast, change):
    rota = OnCallRota.objects.create(
        team=cast.billing, time_zone="UTC", begins_on="2026-03-01", hands_over_at="09:00", turn_days=7
    )
    rota.turns.create(position=0, user=cast.amir)
    OnCallShift.objects.create(team=cast.billing, user=cast.lena, starts_at=MONDAY, ends_at=MONDAY + HOUR)
    assert set(on_call({cast.billing.pk}, as_of=MONDAY)) == {cast.lena.pk}
    User.objects.filter(pk=cast.lena.pk).update(**change)
    assert set(on_call({cast.billing.pk}, as_of=MONDAY)) == {cast.amir.pk}
