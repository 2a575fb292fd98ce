"""Finding tickets by words: subject, messages, people and reference. Index-backed, however many tickets there are.

The documents are kept by the database (migration 0008): words of 200,000 characters a text, without punctuation, accents
and case. Every word must be there; the last one is found by its beginning, since it may still be being typed.
"""

from django.contrib.postgres.search import SearchQuery
from django.db.models import Q, Value

from teams.models import User
from tickets.models.ticket import REFERENCE_PREFIX, TicketQuerySet, number_from

# Whoever pastes a page of text has no use for all of its words.
MOST_CHARACTERS = 300


def search(tickets: TicketQuerySet, words: str, *, reader: User) -> TicketQuerySet:
    """Narrow `tickets`, which `reader` may see, to those with these words. Empty words find everything.

    Notes and people are found only by whoever sees the inner side. A whole reference finds that ticket alone.
    """
    words = clean(words)
    if not words:
        return tickets
    number = number_from(words)
    if number is not None and words.upper().startswith(REFERENCE_PREFIX):
        return tickets.filter(number=number)
    sought = Sought(words)
    if not reader.is_staff:
        return tickets.filter(search_document__said=sought)
    found = tickets.filter(search_document__everything=sought)
    if reader.is_administrator:
        return found
    return found.with_inner_side_for(reader).filter(Q(is_inner=True) | Q(search_document__said=sought))


def clean(words: str) -> str:
    return " ".join(words.replace("\x00", " ")[:MOST_CHARACTERS].split())


class Sought(SearchQuery):
    """All words whole, the last one by its beginning."""

    template = "%(function)s(%(expressions)s)"

    def __init__(self, words: str) -> None:
        super().__init__("")
        whole, _space, last = words.rpartition(" ")
        self.function = "tickets_sought"
        self.set_source_expressions([Value(whole), Value(last)])
