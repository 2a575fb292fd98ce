"""Statements that are worked out once save and read what the ORM would."""

import pytest
from django.db import DataError, transaction

from helpdesk.core.statements import insert, insert_with, rows, run, select, updating
from teams.models import User
from tests.cast import MONDAY
from tickets.models import Channel, Message, Prediction, Tag, Ticket

pytestmark = pytest.mark.django_db


def message(ticket, body):
    return Message(ticket=ticket, author=ticket.requester, body=body, channel=Channel.API, sent_at=MONDAY)


def fields(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_what_is_inserted_is_what_was_meant(cast):
    ticket = Ticket(
        title="Caf\u00e9 %s; DROP", requester=cast.rosa, team=cast.billing, channel=Channel.API, opened_at=MONDAY,
        updated_at=MONDAY,
    )  # fmt: skip
    insert(ticket)
    assert ticket.number > 0
    assert fields(Ticket.objects.get(pk=ticket.pk)) == fields(ticket)


def test_documents_are_kept_as_documents(cast):
    ticket = cast.open_ticket()
    Prediction.objects.all().delete()
    said = {"automatic": 0.5, "words": ["a", None]}
    insert(Prediction(ticket=ticket, outcome="none", thresholds=said, terms=["%s"], made_at=MONDAY))
    kept = Prediction.objects.get(ticket=ticket)
    assert (kept.thresholds, kept.terms, kept.confidence) == (said, ["%s"], None)


def test_several_at_once_each_get_their_own_key(cast, django_assert_num_queries):
    ticket = cast.open_ticket()
    new = [message(ticket, body) for body in ("one", "two", "three")]
    with django_assert_num_queries(1):
        insert(*new)
    assert [Message.objects.get(pk=row.pk).body for row in new] == ["one", "two", "three"]


def test_what_was_inserted_is_saved_as_a_change_from_then_on(cast):
    row = message(cast.open_ticket(), "Draft")
    insert(row)
    row.body = "Final"
    row.save()
    assert Message.objects.get(pk=row.pk).body == "Final"
    assert Message.objects.filter(body="Draft").count() == 0


def test_what_is_there_is_left_as_it_is(db):
    Tag.objects.create(name="vip")
    insert(Tag(name="vip"), Tag(name="new"), unless_there=True)
    assert sorted(Tag.objects.values_list("name", flat=True)) == ["new", "vip"]


def test_a_child_is_saved_with_its_parent(cast, django_assert_num_queries):
    ticket = Ticket(title="Two %s", requester=cast.rosa, team=cast.billing, channel=Channel.API, opened_at=MONDAY,
                    updated_at=MONDAY)  # fmt: skip
    child = Message(author=cast.rosa, body="One'; --", channel=Channel.API, sent_at=MONDAY)
    with django_assert_num_queries(1):
        insert_with(ticket, child, link="ticket")
    assert child.ticket is ticket
    assert fields(Ticket.objects.get(pk=ticket.pk)) == fields(ticket)
    assert fields(Message.objects.get(pk=child.pk)) == fields(child)
    child.body = "Two"
    child.save()
    assert ticket.messages.get().body == "Two"


def test_what_is_too_long_is_refused_and_never_cut(cast):
    ticket = Ticket(
        title="x", requester=cast.rosa, team=cast.billing, channel="api", opened_at=MONDAY, updated_at=MONDAY
    )
    child = Message(author=cast.rosa, body="x", channel="c" * 100, sent_at=MONDAY)
    with pytest.raises(DataError), transaction.atomic():
        insert_with(ticket, child, link="ticket")
    tickets = [cast.open_ticket(), cast.open_ticket()]
    for known in tickets:
        known.title = "t" * 301
    statement, values = updating(tickets, ["title"])
    with pytest.raises(DataError), transaction.atomic():
        run(statement, *values)


@pytest.mark.parametrize("count", [1, 3])
def test_an_update_changes_the_named_fields_of_its_rows_only(cast, count):
    tickets = [cast.open_ticket() for _number in range(count + 1)]
    for ticket in tickets:
        ticket.title, ticket.closed_at, ticket.assignee = f"Now {ticket.pk}", MONDAY, None
    statement, values = updating(tickets[:count], ["title", "closed_at"])
    run(statement, *values)
    kept = [Ticket.objects.get(pk=ticket.pk) for ticket in tickets]
    assert [row.title == f"Now {row.pk}" for row in kept] == [True] * count + [False]
    assert [row.closed_at for row in kept] == [MONDAY] * count + [None]
    assert all(row.assignee for row in kept)


def test_a_statement_is_planned_once_whatever_the_size_of_its_numbers(db):
    statement = "SELECT 'planned once', %s::bigint"
    for number in (1, 2, 40_000, 3_000_000_000, 5):
        assert rows(statement, number) == [("planned once", number)]
    (planned,) = rows("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE %s", "SELECT 'planned once'%")
    assert planned == (1,)


def test_nothing_takes_no_statement(db, django_assert_num_queries):
    with django_assert_num_queries(0):
        insert()


def test_what_is_selected_is_what_the_orm_reads(cast):
    (found,) = select(User, "WHERE email = %s", cast.rosa.email)
    assert found == cast.rosa
    assert fields(found) == fields(User.objects.get(pk=cast.rosa.pk))
    assert select(User, "WHERE email = %s", "nobody@example.com") == []


def test_fields_that_only_the_orm_can_read_are_refused(db):
    with pytest.raises(TypeError):
        select(Prediction, "")
