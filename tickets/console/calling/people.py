"""Who calls: people found by name and address as one types. The same answer with and without JavaScript."""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Count, F, Func, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from teams.models import User
from tickets.models import Ticket
from tickets.search import Sought, clean

MOST = 6


def people_like(words: str) -> "QuerySet[User, User]":
    """Active people with these words in name or address, each with `open_count`, how many of their tickets are open."""
    words = clean(words)
    if not words:
        return User.objects.none()
    found = User.objects.filter(is_active=True).annotate(words=_words()).filter(words=Sought(words))
    return found.select_related("organisation").annotate(open_count=_open_count()).order_by("full_name", "pk")[:MOST]


def _words() -> Any:
    """Written as in the index `search_people`, by which they are found."""
    return Func(
        F("full_name"),
        F("email"),
        template="tickets_words(%(expressions)s)",
        arg_joiner=" || ' ' || ",
        output_field=SearchVectorField(),
    )


def _open_count() -> Any:
    own = Ticket.objects.unresolved().order_by().filter(requester=OuterRef("pk")).values("requester")
    return Coalesce(Subquery(own.annotate(number=Count("pk")).values("number")), 0)
