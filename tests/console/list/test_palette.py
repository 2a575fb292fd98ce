"""Ctrl-K and the count in the title: only what the reader works on."""

from datetime import timedelta

from django.urls import reverse
from django.utils.timezone import now

from tickets.models import Ticket
from tickets.services.assigning import assign_ticket

PALETTE = reverse("admin:tickets_ticket_palette")
ATTENTION = reverse("admin:tickets_ticket_attention")


def names(client, words):
    return [(row["name"], row["is_exact"]) for row in client.get(PALETTE, {"q": words}).json()["found"]]


def test_a_reference_or_its_number_comes_first(cast, desk):
    ticket = cast.open_ticket()
    cast.open_ticket(title="Mentions", description=f"Like {ticket.reference}")
    for words in (ticket.reference, ticket.reference.lower(), str(ticket.number)):
        assert names(desk(cast.amir), words)[0] == ("Charged twice", True)
    (first, *_rest) = desk(cast.amir).get(PALETTE, {"q": str(ticket.number)}).json()["found"]
    assert first["url"] == reverse("admin:tickets_ticket_page", args=[ticket.reference])


def test_words_find_tickets(cast, desk):
    cast.open_ticket()
    assert names(desk(cast.amir), "char") == [("Charged twice", False)]
    assert names(desk(cast.amir), "zebra") == []


def test_nobody_finds_what_they_do_not_work_on(cast, desk):
    ticket = cast.open_ticket(requester=cast.noor, by=cast.noor)
    for words in (ticket.reference, str(ticket.number), "charged"):
        assert ("Charged twice", True) not in names(desk(cast.noor), words)
        assert ("Charged twice", False) not in names(desk(cast.noor), words)


def test_few_queries(cast, desk, django_assert_max_num_queries):
    for _ in range(12):
        cast.open_ticket()
    client = desk(cast.amir)
    for words in ("", "charged", "1042"):
        with django_assert_max_num_queries(6):
            client.get(PALETTE, {"q": words})


def test_what_of_mine_is_due_soon(cast, desk):
    soon, later, others = cast.open_ticket(), cast.open_ticket(), cast.open_ticket()
    for each, person in ((soon, cast.amir), (later, cast.amir), (others, cast.lena)):
        assign_ticket(each, to=person, by=cast.lena)
    due = now() + timedelta(minutes=40)
    Ticket.objects.filter(pk__in=[soon.pk, others.pk]).update(next_due_at=due)
    Ticket.objects.filter(pk=later.pk).update(next_due_at=now() + timedelta(days=1))
    assert desk(cast.amir).get(ATTENTION).json() == {"due": [due.isoformat()]}
