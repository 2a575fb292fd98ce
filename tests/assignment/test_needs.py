"""What a ticket needs: what its category says, and what triage read out of its text."""

import pytest

from teams.models import AgentSkill, Skill
from tests.cast import MONDAY, make_agent
from tickets.models import Prediction, Ticket
from tickets.services.needing import needs_of, needs_of_many


@pytest.fixture
def german(db):
    return Skill.objects.create(name="German", slug="german")


def understood(ticket, **fields):
    Prediction.objects.update_or_create(ticket=ticket, defaults={"outcome": "chosen", **fields})
    return Ticket.objects.select_related("team").get(pk=ticket.pk)


def test_the_category_says_what_is_required(cast):
    needs = needs_of(cast.open_ticket(), at=MONDAY)
    assert needs.required == {cast.payments.pk: 2}


def test_the_language_is_preferred_where_it_is_a_skill(cast, german):
    ticket = understood(cast.open_ticket(), language="de")
    assert needs_of(ticket, at=MONDAY).preferred == {german.pk: 1}
    assert needs_of(understood(ticket, language="pl"), at=MONDAY).preferred == {}
    assert needs_of(understood(ticket, language=""), at=MONDAY).preferred == {}


def test_skills_that_triage_is_sure_of_are_preferred_and_never_doubled(cast, german):
    ticket = understood(cast.open_ticket(), skills=[german.pk, cast.payments.pk], language="de")
    needs = needs_of(ticket, at=MONDAY)
    assert (needs.required, needs.preferred) == ({cast.payments.pk: 2}, {german.pk: 1})


def test_whoever_speaks_the_language_gets_it_among_equals(cast, german):
    berta = make_agent("Berta", cast.billing)
    AgentSkill.objects.create(user=berta, skill=cast.payments, level=4)
    AgentSkill.objects.create(user=berta, skill=german, level=5)
    ticket = cast.open_ticket(
        title="Doppelte Abbuchung",
        description="Guten Tag, Sie haben meine Karte im März leider zweimal belastet. Bitte erstatten Sie mir den Betrag.",
    )
    assert ticket.assignee == berta


def test_many_tickets_ask_as_often_as_one(cast, german, django_assert_num_queries):
    tickets = [understood(cast.open_ticket(), language="de") for _number in range(4)]
    with django_assert_num_queries(4):
        needs_of_many(tickets[:1], at=MONDAY)
    with django_assert_num_queries(4):
        needs_of_many(tickets, at=MONDAY)
