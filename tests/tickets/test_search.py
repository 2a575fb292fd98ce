"""Finding tickets by words, and by nothing that the reader may not see."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection

from teams.models import User
from tests.cast import make_person
from tickets.models import Message, Ticket
from tickets.search import search
from tickets.services.conversing import add_note, reply
from tickets.services.following import add_watcher


@pytest.fixture
def ticket(cast):
    return cast.open_ticket()


def found(reader, words):
    return list(search(Ticket.objects.visible_to(reader), words, reader=reader).order_by("-id"))


@pytest.mark.parametrize(
    "words",
    [
        "charged twice", "TWICE charged", "card march", "char", "my card tw", "rosa", "rosa@example.com", "rosa example.com",
        "rosa twice march", "“charged” (twice)!", "charged:* & !", "march'; --",
    ],
)  # fmt: skip
def test_every_word_must_be_there_and_the_last_may_be_unfinished(cast, ticket, words):
    cast.open_ticket(title="Something else", description="Nothing of the kind.", requester=cast.otto, by=cast.otto)
    assert found(cast.amir, words) == [ticket]


@pytest.mark.parametrize("words", ["charged thrice", "twic charged", "ard", "???", "noor", "charged -twice x"])
def test_what_is_not_there_is_not_found(cast, ticket, words):
    assert found(cast.amir, words) == []


def test_no_words_find_everything(cast, ticket):
    assert found(cast.amir, "  ") == [ticket]


def test_accents_and_their_spelling_do_not_count(cast):
    ticket = cast.open_ticket(title="Müllers Café", description="Cafe\u0301 ist zu")
    for words in ("muller", "MÜLLERS", "mu\u0308llers", "café", "cafe"):
        assert found(cast.amir, words) == [ticket]


def test_codes_and_file_names_are_found_by_their_parts(cast):
    ticket = cast.open_ticket(description="Error E-4012 in invoice_2024.pdf, see https://shop.example.org/pay?id=77")
    for words in ("E-4012", "4012", "invoice", "2024.pdf", "shop.example.org", "pay 77"):
        assert found(cast.amir, words) == [ticket]


def test_a_whole_reference_finds_that_ticket_alone(cast, ticket):
    other = cast.open_ticket(description=f"Like {ticket.reference}")
    assert found(cast.amir, ticket.reference.lower()) == [ticket]
    assert found(cast.amir, str(ticket.number)) == [other, ticket]
    assert found(cast.amir, "HD-999999") == []


def test_newest_come_first(cast, ticket):
    newer = cast.open_ticket()
    assert found(cast.amir, "charged") == [newer, ticket]


def test_later_messages_are_found_together_with_the_first(cast, ticket):
    reply(ticket, body="Which invoice?", by=cast.amir, channel="web")
    reply(ticket, body="Number seventeen.", by=cast.rosa, channel="web")
    assert found(cast.rosa, "charged invoice seventeen") == [ticket]


def test_notes_are_found_only_by_who_sees_the_inner_side(cast, ticket):
    add_note(ticket, body="Suspicious", by=cast.lena)
    for reader in (cast.amir, cast.lena, cast.ada):
        assert found(reader, "charged suspicious") == [ticket]
    assert found(cast.rosa, "suspicious") == []
    assert found(cast.rosa, "charged") == [ticket]


def test_staff_who_only_asked_do_not_find_notes_or_people(cast):
    own = cast.open_ticket(requester=cast.noor, by=cast.noor)
    add_note(own, body="Suspicious", by=cast.lena)
    assert found(cast.noor, "charged") == [own]
    assert found(cast.noor, "suspicious") == []
    add_watcher(own, user=cast.noor, by=cast.amir)
    assert found(cast.noor, "suspicious") == [own]


def test_customers_do_not_find_each_other(cast, ticket):
    add_watcher(ticket, user=cast.otto, by=cast.amir)
    assert found(cast.otto, "charged") == [ticket]
    assert found(cast.otto, "rosa") == []


def test_a_renamed_person_is_found_by_the_new_name_only(cast, ticket):
    User.objects.filter(pk=cast.rosa.pk).update(full_name="Rosalie Keller", email="keller@example.org")
    assert found(cast.amir, "keller example.org") == [ticket]
    assert found(cast.amir, "rosa@example.com") == []


def test_changed_and_deleted_texts_are_not_found_any_more(cast, ticket):
    second = reply(ticket, body="My secret is hunter2", by=cast.rosa, channel="web")
    Message.objects.filter(pk=second.pk).update(body="(removed)")
    assert found(cast.amir, "hunter2") == []
    assert found(cast.amir, "removed") == [ticket]
    Message.objects.filter(pk=second.pk).delete()
    assert found(cast.amir, "removed") == []
    assert found(cast.amir, "march") == [ticket]
    Ticket.objects.filter(pk=ticket.pk).update(title="Unheard subject")
    assert found(cast.amir, "unheard") == [ticket]
    Ticket.objects.filter(pk=ticket.pk).update(title="Another subject")
    assert found(cast.amir, "unheard") == []
    assert found(cast.amir, "another subject") == [ticket]


def test_the_first_200_000_characters_of_a_text_are_found(cast, ticket):
    reply(ticket, body="word " * 39_990 + " inside " + "x" * 100 + " outside", by=cast.rosa, channel="web")
    assert found(cast.amir, "inside") == [ticket]
    assert found(cast.amir, "outside") == []


def test_more_different_words_than_a_document_holds_break_nothing(cast, ticket):
    for part in range(6):
        body = " ".join(f"w{part}x{number}" for number in range(21_000))
        reply(ticket, body=body[:199_990], by=cast.rosa, channel="web")
    assert found(cast.amir, "w0x500 charged") == [ticket]
    assert Message.objects.filter(ticket=ticket).count() == 7


def test_bulk_rows_and_raw_sql_are_found_too(cast, ticket):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_message (ticket_id, author_id, body, is_internal, is_from_staff, channel, sent_at)"
            " SELECT id, %s, 'Imported zebra ' || (ARRAY['openly', 'quietly'])[part], part = 2, false, 'email', now()"
            " FROM tickets_ticket, generate_series(1, 2) AS part",
            [cast.rosa.pk],
        )
    assert found(cast.rosa, "zebra openly") == [ticket]
    assert found(cast.rosa, "zebra quietly") == []
    assert found(cast.amir, "zebra quietly") == [ticket]


def test_searching_is_one_statement(cast, ticket, django_assert_max_num_queries):
    person = make_person("Agnes", is_staff=True)
    for reader, most in ((cast.rosa, 1), (cast.amir, 2), (cast.ada, 1), (person, 2)):
        with django_assert_max_num_queries(most):
            found(reader, "charged twice")


def test_tickets_from_before_the_search_get_their_documents(cast, ticket):
    add_note(ticket, body="Suspicious", by=cast.lena)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_searchdocument")
    assert found(cast.amir, "charged") == []
    import_module("tickets.migrations.0008_search").write_documents(None, SimpleNamespace(connection=connection))
    assert found(cast.amir, "charged suspicious rosa") == [ticket]
    assert found(cast.rosa, "charged") == [ticket]
    assert found(cast.rosa, "suspicious") == []


def test_a_message_completes_a_document_that_was_missing(cast, ticket):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_searchdocument")
    reply(ticket, body="Zebra", by=cast.rosa, channel="web")
    assert found(cast.amir, "charged zebra") == [ticket]
