from datetime import timedelta

import pytest
from django.utils.timezone import now

from escalation.models import Clock, Metric
from notifications.models import Delivery, Notification
from notifications.services.delivering import deliver_due
from tests.cast import MONDAY
from tickets.events import Cause, EventKind, broken_link
from tickets.lifecycle import Status
from tickets.models import AgentLoad, Ticket
from tickets.relay import relay
from tickets.services.assigning import assign_ticket, take_back
from tickets.services.conversing import add_note, reply
from tickets.services.loads import recounted_load
from tickets.services.progressing import start_work, wait_for_customer
from tickets.services.resolving import resolve_ticket
from tickets.services.undoing import TooLateToUndo, undo_assignment, undo_resolution

LATER = MONDAY + timedelta(minutes=5)
SOON = LATER + timedelta(seconds=5)


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def kept(ticket):
    ticket = Ticket.objects.get(pk=ticket.pk)
    for load in AgentLoad.objects.all():
        assert load.load_eighths == recounted_load(load.agent_id)
    assert broken_link(ticket) is None
    return (ticket.assignee, ticket.team, ticket.status)


def test_a_ticket_given_away_is_back_where_and_as_it_was(cast, ticket):
    start_work(ticket, by=cast.amir, at=LATER)
    assign_ticket(ticket, to=cast.noor, by=cast.amir, at=LATER)
    assert kept(ticket) == (cast.noor, cast.technical, Status.ASSIGNED)
    undo_assignment(ticket, by=cast.amir, at=SOON)
    assert kept(ticket) == (cast.amir, cast.billing, Status.IN_PROGRESS)
    undone = ticket.events.order_by("-seq").first()
    assert (undone.cause, undone.actor, undone.caused_by.kind) == (Cause.UNDO, cast.amir, EventKind.ASSIGNED)


def test_a_ticket_taken_away_is_given_back(cast, ticket):
    take_back(ticket, by=cast.lena, at=LATER)
    undo_assignment(ticket, by=cast.lena, at=SOON)
    assert kept(ticket) == (cast.amir, cast.billing, Status.ASSIGNED)


def test_a_ticket_that_nobody_had_is_nobodys_again(cast, ticket):
    take_back(ticket, by=cast.lena, at=MONDAY)
    assign_ticket(ticket, to=cast.noor, by=cast.lena, at=LATER)
    undo_assignment(ticket, by=cast.lena, at=SOON)
    assert kept(ticket) == (None, cast.billing, Status.OPEN)
    assert Ticket.objects.get().next_assignment_at is not None


@pytest.mark.parametrize(
    ("by", "at", "meanwhile"),
    [
        ("lena", SOON, lambda cast, ticket: None),
        ("amir", LATER + timedelta(minutes=2), lambda cast, ticket: None),
        ("amir", SOON, lambda cast, ticket: add_note(ticket, body="Mine now", by=cast.lena, at=SOON)),
    ],
    ids=["another's act", "too late", "somebody has gone on"],
)
def test_only_ones_own_latest_act_is_taken_back(cast, ticket, by, at, meanwhile):
    assign_ticket(ticket, to=cast.lena, by=cast.amir, at=LATER)
    meanwhile(cast, ticket)
    with pytest.raises(TooLateToUndo):
        undo_assignment(ticket, by=getattr(cast, by), at=at)
    assert Ticket.objects.get().assignee == cast.lena


def test_what_the_system_decided_is_not_taken_back(cast, ticket):
    with pytest.raises(TooLateToUndo):
        undo_assignment(ticket, by=cast.amir, at=MONDAY)


@pytest.mark.parametrize(
    ("before", "status"),
    [
        (lambda cast, ticket: start_work(ticket, by=cast.amir, at=MONDAY), Status.IN_PROGRESS),
        (lambda cast, ticket: wait_for_customer(ticket, by=cast.amir, at=MONDAY), Status.PENDING_CUSTOMER),
    ],
)
def test_a_resolved_ticket_goes_on_as_before(cast, ticket, before, status):
    before(cast, ticket)
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    undo_resolution(ticket, by=cast.amir, at=SOON)
    assert kept(ticket) == (cast.amir, cast.billing, status)
    assert Ticket.objects.get().resolved_at is None


def test_resolving_by_mistake_voids_no_promise(cast, ticket):
    before = {clock.metric: (clock.state, clock.due_at) for clock in Clock.objects.all()}
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    undo_resolution(ticket, by=cast.amir, at=SOON)
    after = {clock.metric: (clock.state, clock.due_at) for clock in Clock.objects.all()}
    assert after[Metric.FIRST_RESPONSE] == before[Metric.FIRST_RESPONSE]
    assert after[Metric.RESOLUTION] == (before[Metric.RESOLUTION][0], before[Metric.RESOLUTION][1] + (SOON - LATER))
    assert Ticket.objects.get().first_response_due_at == before[Metric.FIRST_RESPONSE][1]


def test_a_resolution_on_which_somebody_built_stays(cast, ticket):
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    reply(ticket, body="No!", by=cast.rosa, channel="web", at=SOON)
    with pytest.raises(TooLateToUndo):
        undo_resolution(ticket, by=cast.amir, at=SOON)


def mails(kind):
    return Delivery.objects.filter(notifications__kind=kind)


def test_the_resolved_mail_goes_out_after_ten_seconds(cast, ticket, mailoutbox):
    at = now()
    resolve_ticket(ticket, by=cast.amir, at=at)
    relay()
    deliver_due(as_of=at + timedelta(seconds=9))
    assert mails("resolved").get().state == Delivery.State.WAITING
    deliver_due(as_of=at + timedelta(seconds=11))
    assert mails("resolved").get().state == Delivery.State.SENT


def test_the_resolved_mail_waits_and_is_never_sent_when_it_is_taken_back(cast, ticket, mailoutbox):
    resolve_ticket(ticket, by=cast.amir, at=LATER)
    relay()
    assert mails("resolved").get().state == Delivery.State.WAITING
    undo_resolution(ticket, by=cast.amir, at=SOON)
    relay()
    deliver_due(as_of=now() + timedelta(minutes=1))
    assert mails("resolved").get().state == Delivery.State.SUPPRESSED
    assert not [mail for mail in mailoutbox if "esolved" in mail.subject or "gain" in mail.subject]


def test_whoever_was_given_it_by_mistake_gets_no_mail_and_the_owner_is_not_told_again(cast, ticket, mailoutbox):
    relay()
    deliver_due(as_of=now() + timedelta(minutes=1))
    told = Notification.objects.filter(kind="assigned", recipient=cast.amir).count()
    assign_ticket(ticket, to=cast.lena, by=cast.amir, at=LATER)
    relay()
    undo_assignment(ticket, by=cast.amir, at=SOON)
    relay()
    assert mailoutbox
    mailoutbox.clear()
    deliver_due(as_of=now() + timedelta(minutes=1))
    assert Notification.objects.filter(kind="assigned", recipient=cast.amir).count() == told
    assert not mailoutbox
