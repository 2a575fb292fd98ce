"""The event log: append-only, chained, never going back in time, never answering itself for ever."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.cast import MONDAY
from tickets.events import MAX_DEPTH, Cause, ChainTooDeep, EventKind, broken_link, record
from tickets.models import OutboxEntry, Ticket, TicketEvent
from tickets.services.conversing import reply
from tickets.services.resolving import resolve_ticket


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tickets_ticketevent SET kind = 'forged'",
        "DELETE FROM tickets_ticketevent",
        "UPDATE tickets_assignmentdecision SET rung = 'forged'",
        "DELETE FROM tickets_assignmentdecision",
    ],
)
def test_postgresql_refuses_to_rewrite_history(cast, statement):
    cast.open_ticket()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_each_event_continues_the_chain_and_the_ticket_keeps_its_tail(cast):
    ticket = cast.open_ticket()
    reply(ticket, body="Hello", by=cast.amir, channel="web")
    ticket = resolve_ticket(ticket, by=cast.rosa)
    events = list(ticket.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, ticket.version + 1))
    assert [event.prev_hash for event in events] == ["", *(event.hash for event in events[:-1])]
    assert ticket.last_event_hash == events[-1].hash
    assert broken_link(ticket) is None


def test_a_forged_event_and_a_missing_last_one_show(cast):
    ticket = cast.open_ticket()
    with connection.cursor() as cursor:
        # What only the owner of the table can do, and leaves no trace in it.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE tickets_ticketevent DISABLE TRIGGER USER")
        cursor.execute("UPDATE tickets_ticketevent SET actor_id = NULL WHERE ticket_id = %s AND seq = 1", [ticket.pk])
    assert broken_link(ticket) == 1
    other = cast.open_ticket()
    Ticket.objects.filter(pk=other.pk).update(version=other.version + 1)
    other.refresh_from_db()
    assert broken_link(other) == other.version


def test_time_never_decreases_within_a_ticket(cast):
    ticket = cast.open_ticket(at=MONDAY)
    resolve_ticket(ticket, by=cast.rosa, at=MONDAY - timedelta(hours=1))
    instants = list(ticket.events.order_by("seq").values_list("at", flat=True))
    assert instants == sorted(instants)


def test_every_event_has_an_outbox_entry(cast):
    cast.open_ticket()
    assert OutboxEntry.objects.count() == TicketEvent.objects.count() > 0


def test_an_event_outside_a_transaction_is_a_mistake(transactional_db):
    with pytest.raises(RuntimeError, match="transaction"):
        record(Ticket(), EventKind.STARTED, actor=None)


def test_unknown_kinds_are_a_mistake(cast):
    with pytest.raises(ValueError, match="no known kind"):
        record(cast.open_ticket(), "ticket.exploded", actor=None)


def test_the_system_does_not_answer_itself_for_ever(cast):
    ticket = cast.open_ticket()
    event = None
    for _time in range(MAX_DEPTH + 1):
        event = record(ticket, EventKind.NOTED, actor=None, cause=Cause.ESCALATION, caused_by=event)
    with pytest.raises(ChainTooDeep):
        record(ticket, EventKind.NOTED, actor=None, cause=Cause.ESCALATION, caused_by=event)


def test_history_holds_no_words_of_anybody(cast):
    ticket = cast.open_ticket(title="Secret subject", description="Secret body")
    reply(ticket, body="Secret answer", by=cast.amir, channel="web")
    stored = str(list(ticket.events.values_list("data", flat=True)))
    assert "Secret" not in stored
    assert "@" not in stored
