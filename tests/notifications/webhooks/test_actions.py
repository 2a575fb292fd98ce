"""Levels and automations call webhooks: once, with the ticket as staff see it, and without anybody's words."""

import json
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils.timezone import now

from escalation import calling
from escalation.actions import validate_actions, validate_automation_actions
from escalation.kinds import AUTOMATION_RAN, ESCALATION_RAISED
from escalation.models import Automation, AutomationRun, Escalation
from escalation.services.acting import act
from escalation.services.automating import run_due_automations
from escalation.services.dry_run import dry_run
from escalation.services.firing import fire_due_levels
from escalation.services.what_if import simulate
from notifications.models import WebhookCall, WebhookEndpoint
from notifications.webhooks.endpoints import EndpointInUse, remove_endpoint
from notifications.webhooks.sending import call_due
from teams.models import ApiToken
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, promise
from tickets.api.representations import told_to
from tickets.models import Ticket
from tickets.relay import relay
from tickets.services.conversing import add_note
from tickets.services.following import add_tag

CALL = {"do": "webhook", "endpoint": "pager"}
TAG = {"do": "tag", "name": "late"}


def fire(cast, *actions):
    """A level with these actions, fired on a ticket that was opened three hours ago."""
    promise()
    climb((75, list(actions)))
    ticket = cast.open_ticket(at=now() - 3 * HOUR)
    add_note(ticket, body="Their card number is 4111", by=cast.amir)
    fire_due_levels(as_of=now())
    return Ticket.objects.get(pk=ticket.pk), Escalation.objects.get(ticket=ticket)


def automate(*actions, **fields):
    return Automation.objects.create(name="Page", happening="tagged", actions=list(actions), **fields)


def test_a_level_calls_with_the_ticket_and_what_fired(cast, endpoint, receiver):
    ticket, fired = fire(cast, {"do": "raise_priority"}, CALL)
    assert fired.results == [{"do": "raise_priority", "ok": True}, {"do": "webhook", "ok": True}]
    call = WebhookCall.objects.get()
    assert (call.ticket, call.escalation, call.automation_run, call.kind) == (ticket, fired, None, ESCALATION_RAISED)
    call_due(as_of=now())

    (arrived,) = receiver.received
    payload = json.loads(arrived.body)
    assert payload["type"] == "escalation.raised"
    assert payload["data"]["escalation"] == {"policy": "Climbing", "level": 1}
    shown = payload["data"]["ticket"]
    assert (shown["reference"], shown["title"]) == (ticket.reference, "Charged twice")
    # What the actions before it have done is in it.
    assert shown["priority"] == "high"
    assert shown["requester"] == {"id": cast.rosa.pk, "name": "Rosa", "email": "rosa@example.com"}
    assert (shown["is_overdue"], shown["is_at_risk"]) == (False, True)
    assert arrived.is_signed_with(endpoint.secret)


def test_it_is_the_row_of_the_api_for_staff_and_holds_nobodys_words(cast, endpoint, client):
    fire(cast, CALL)
    token = ApiToken.objects.issue(cast.amir, name="test")
    listed = client.get("/api/v1/tickets/", headers={"Authorization": f"Bearer {token}"}).json()["results"]
    body = WebhookCall.objects.get().body

    assert json.loads(body)["data"]["ticket"] == listed[0]
    assert told_to(cast.amir, Ticket.objects.all()).get().is_inner
    assert "4111" not in body
    assert "card" not in body
    assert len(body) < 20_000


def test_an_automation_calls_once_an_event(cast, endpoint, receiver):
    automate(CALL, CALL)
    ticket = cast.open_ticket(at=now())
    add_tag(ticket, name="urgent", by=cast.amir)
    for _again in range(3):
        relay()
        run_due_automations(as_of=now())
        call_due(as_of=now())

    (arrived,) = receiver.received
    payload = json.loads(arrived.body)
    assert (payload["type"], payload["data"]["automation"]) == (AUTOMATION_RAN, {"name": "Page"})
    run = AutomationRun.objects.get()
    assert WebhookCall.objects.get().automation_run == run
    assert [result["ok"] for result in run.results] == [True, True]


def test_acting_again_on_the_same_event_calls_no_second_time(cast, endpoint):
    ticket, _fired = fire(cast, CALL)
    raised = ticket.events.get(kind=ESCALATION_RAISED)
    act(ticket, [CALL], caused_by=raised, at=now())

    assert WebhookCall.objects.count() == 1


def test_an_endpoint_that_is_gone_or_off_says_so_and_the_others_act(cast, endpoint, receiver):
    WebhookEndpoint.objects.update(is_enabled=False)
    ticket, fired = fire(cast, {"do": "webhook", "endpoint": "gone"}, CALL, TAG)

    gone, off, tagged = fired.results
    assert (gone["ok"], gone["error"]) == (False, "endpoint_is_gone")
    assert "“gone”" in gone["said"]
    assert (off["ok"], off["error"]) == (False, "endpoint_is_off")
    assert "“Pager” is switched off" in off["said"]
    assert tagged == {"do": "tag", "ok": True}
    assert list(ticket.tags.values_list("name", flat=True)) == ["late"]
    assert not WebhookCall.objects.exists()


def test_a_transaction_that_fails_calls_nobody(cast, endpoint, receiver, monkeypatch):
    promise()
    climb((75, [CALL]))
    cast.open_ticket(at=now() - 3 * HOUR)

    def broken(*_args, **_kwargs):
        raise RuntimeError

    monkeypatch.setattr("escalation.services.firing.keep_distance", broken)
    fire_due_levels(as_of=now())
    call_due(as_of=now())

    assert not Escalation.objects.exists()
    assert receiver.received == []


@pytest.mark.parametrize("key", ["", "two words", "x" * 51, None, 7, "päger"])
def test_an_action_names_an_endpoint_by_its_key(key):
    for validate in (validate_actions, validate_automation_actions):
        validate([CALL])
        with pytest.raises(ValidationError):
            validate([{"do": "webhook", "endpoint": key}])


def test_a_form_offers_the_endpoints_by_name(endpoint):
    WebhookEndpoint.objects.create(name="Chat", key="chat", url="https://chat.example.com/", is_enabled=False)

    assert calling.endpoints() == [("chat", "Chat (off)"), ("pager", "Pager")]


def test_one_that_is_in_use_stays_and_says_where(cast, endpoint):
    policy = climb((75, [CALL]), (100, [CALL]), name="Late answers")
    automation = automate(TAG, CALL)
    with pytest.raises(EndpointInUse) as refused:
        remove_endpoint(endpoint)
    assert "“Late answers”, “Page”" in refused.value.message

    policy.delete()
    automation.delete()
    fire(cast, TAG)
    remove_endpoint(endpoint)
    assert not WebhookEndpoint.objects.exists()


def test_a_dry_run_counts_the_calls_and_makes_none(cast, endpoint):
    ticket = cast.open_ticket(at=now() - timedelta(days=1))
    add_tag(ticket, name="urgent", by=cast.amir)
    automation = automate(CALL, TAG, is_active=False)

    assert dry_run(automation, days=30, as_of=now() + HOUR).would_call == 1
    assert not WebhookCall.objects.exists()


def test_a_what_if_counts_the_calls_of_levels_that_act_and_makes_none(cast, endpoint):
    promise()
    climb((50, [CALL]), (75, [CALL, CALL]), (100, [CALL], {"priority": ["critical"]}))
    cast.open_ticket()
    fire_due_levels(as_of=MONDAY + 9 * HOUR)
    kept = WebhookCall.objects.count()

    told = simulate(days=1, draft={}, until=MONDAY + 10 * HOUR, progress=lambda *_: None)
    assert (kept, WebhookCall.objects.count()) == (1, 1)
    # Played as if the sweep came by at once, the first level acts as well; late as it was, the second overtook it.
    assert (told["would"]["calls"], told["did"]["calls"]) == (3, 2)
