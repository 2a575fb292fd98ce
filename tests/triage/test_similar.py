"""Similar tickets, as the product finds them: by meaning first, and by rare words that they share."""

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tickets.models import Ticket, TicketVector
from tickets.triage import similar
from tickets.triage.similar import similar_to
from tickets.triage.vectors import new_vector

DIGEST = "of a test"


@pytest.fixture
def tell(cast):
    """`tell("Printer", likeness=0.8)`: a ticket whose meaning is so close to the question's."""

    def opened(title, *, likeness=1.0, description="It happens since this morning.", **fields):
        ticket = cast.open_ticket(title=title, description=description, **fields)
        TicketVector.objects.filter(ticket=ticket).delete()
        vector = np.zeros(384, dtype=np.float32)
        vector[0], vector[1 + ticket.pk % 383] = likeness, (1 - likeness**2) ** 0.5
        new_vector(ticket.pk, vector, DIGEST).save()
        return ticket

    return opened


def found(question, **options):
    return [one.ticket for one in similar_to(question, among=Ticket.objects.all(), **options)]


def test_the_closest_meaning_comes_first(tell):
    question, far, near = tell("Printer"), tell("Copier", likeness=0.6), tell("Scanner", likeness=0.8)
    assert found(question) == [near, far]


def test_a_rare_word_in_common_lifts_what_is_nearly_as_close(tell):
    question = tell("Printer shows E4711")
    closer = tell("Copier shows something", likeness=0.75)
    shares_it = tell("Machine shows E4711", likeness=0.65)
    others = [tell(f"Scanner {number} shows something", likeness=0.6 - number / 10) for number in range(3)]
    assert found(question) == [shares_it, closer, *others]


def test_words_lift_nothing_further_than_their_share(tell):
    question = tell("Printer shows E4711")
    closer = tell("Copier", likeness=0.9)
    shares_it = tell("Printer shows E4711", likeness=0.6)
    assert found(question) == [closer, shares_it]
    assert found(question, limit=1) == [closer]


def test_the_same_words_about_something_else_are_not_similar(tell):
    question, other = tell("Printer shows E4711"), tell("Printer shows E4711", likeness=0.2)
    assert found(question) == []
    assert other not in found(question)


def test_words_of_notes_count_for_nothing(tell, cast):
    question = tell("Printer shows E4711")
    closer = tell("Copier shows something", likeness=0.7)
    noted = tell("Scanner shows something", likeness=0.65)
    noted.messages.create(
        body="Printer E4711 E4711", is_internal=True, is_from_staff=True, author=cast.amir, channel="web",
        sent_at=noted.opened_at,
    )  # fmt: skip
    assert found(question) == [closer, noted]


def test_whoever_sees_few_tickets_gets_those(tell, monkeypatch):
    monkeypatch.setattr(similar, "_COMPARED", 3)
    question, mine = tell("Printer"), tell("Copier", likeness=0.5)
    for number in range(5):
        tell(f"Scanner {number}", likeness=0.9)
    seen = similar_to(question, among=Ticket.objects.filter(pk=mine.pk))
    assert [one.ticket for one in seen] == [mine]


def test_it_asks_as_often_among_many_as_among_few(tell):
    question = tell("Printer")

    def count():
        with CaptureQueriesContext(connection) as queries:
            found(question)
        return len(queries)

    tell("Copier", likeness=0.6)
    few = count()
    for number in range(6):
        tell(f"Scanner {number}", likeness=0.7)
    assert count() == few
