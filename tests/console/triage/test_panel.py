"""Triage beside a ticket: what it thought and why, one click to take it, and who may see any of it."""

import pytest
from django.urls import reverse

from tests.triage.desk import by_slug, crown, trained
from tickets.models import Prediction, TriageSwitch
from tickets.services.categorising import change_category
from tickets.services.undoing import UNDO_SECONDS

pytestmark = pytest.mark.django_db

INVOICE = {"title": "Invoice", "description": "The invoice for June shows the wrong amount", "category": None}


@pytest.fixture
def suggested(cast):
    crown(trained(by_slug()), is_automatic=False)
    return cast.open_ticket(**INVOICE)


def side(client, ticket):
    return client.get(reverse("admin:tickets_ticket_side", args=[ticket.reference]), headers={"HX-Request": "true"})


def accept(client, ticket, slug):
    url = reverse("admin:tickets_ticket_triage_acceptance", args=[ticket.reference])
    return client.post(url, {"category": slug}, headers={"HX-Request": "true"})


def test_the_panel_says_what_it_thought_and_offers_the_likeliest(client, cast, suggested):
    client.force_login(cast.ada)

    page = side(client, suggested).text

    assert "Probably Billing (" in page
    assert "but not sure enough to decide alone" in page
    assert 'name="category" value="billing"' in page


def test_one_click_takes_a_suggestion_and_can_be_undone(client, cast, suggested):
    client.force_login(cast.ada)

    answer = accept(client, suggested, "billing")

    suggested.refresh_from_db()
    assert suggested.category == cast.billing_category
    assert Prediction.objects.get(ticket=suggested).verdict == "accepted"
    assert "Accepted by Ada" in answer.text
    assert '"undo"' in answer.headers["HX-Trigger"]
    assert UNDO_SECONDS

    change_category(suggested, to=None, by=cast.ada)
    assert Prediction.objects.get(ticket=suggested).verdict == ""


def test_what_it_decided_is_confirmed_without_changing_anything(client, cast):
    crown(trained(by_slug()))
    ticket = cast.open_ticket(**INVOICE)
    client.force_login(cast.amir)
    assert "That is right" in side(client, ticket).text

    accept(client, ticket, "billing")

    assert Prediction.objects.get(ticket=ticket).verdict == "accepted"
    ticket.refresh_from_db()
    assert ticket.version == ticket.events.order_by("-seq").first().seq
    assert not ticket.events.filter(kind="ticket.category_changed").exists()


def test_what_was_never_suggested_is_refused_in_words(client, cast, suggested):
    client.force_login(cast.ada)
    ranked = [row["slug"] for row in Prediction.objects.get(ticket=suggested).ranked]
    other = next(slug for slug in by_slug() if slug not in ranked)

    answer = accept(client, suggested, other)

    assert "Triage did not suggest this category" in answer.headers["HX-Trigger"]


def test_the_table_names_probabilities_words_and_the_model(client, cast, suggested):
    client.force_login(cast.ada)

    page = client.get(reverse("admin:tickets_ticket_triage", args=[suggested.reference])).text

    assert "Telling words" in page
    assert "invoice" in page
    assert "Decides alone from" in page
    assert f"version {suggested.prediction.version_id}" in page


def test_similar_tickets_are_those_that_the_reader_may_see(client, cast):
    crown(trained(by_slug()), is_automatic=False)
    mine = cast.open_ticket(category=cast.billing_category)
    close = cast.open_ticket(title="Charged twice again", category=cast.billing_category)
    hidden = cast.open_ticket(title="Charged twice once more", category=cast.technical_category)
    far = cast.open_ticket(title="Garden", description="Roses and hedges", category=cast.billing_category)
    client.force_login(cast.amir)

    page = client.get(reverse("admin:tickets_ticket_similar", args=[mine.reference])).text

    assert close.reference in page
    assert hidden.reference not in page
    assert far.reference not in page


def test_switched_off_nothing_similar_is_shown(client, cast):
    crown(trained(by_slug()), is_automatic=False)
    mine, close = cast.open_ticket(), cast.open_ticket(title="Charged twice again")
    TriageSwitch.objects.create(target="similar", is_on=False)
    client.force_login(cast.amir)

    assert close.reference not in client.get(reverse("admin:tickets_ticket_similar", args=[mine.reference])).text


@pytest.mark.parametrize("noun", ["triage", "similar"])
def test_only_whoever_works_on_it_sees_it(client, cast, suggested, noun):
    url = reverse(f"admin:tickets_ticket_{noun}", args=[suggested.reference])
    assert client.get(url).status_code == 302

    client.force_login(cast.rosa)
    assert client.get(url).status_code == 302
    client.force_login(cast.noor)
    assert client.get(url).status_code == 404


def test_a_ticket_from_before_triage_has_no_panel(client, cast):
    ticket = cast.open_ticket()
    Prediction.objects.all().delete()
    client.force_login(cast.amir)

    assert "triage-sentence" not in side(client, ticket).text
    assert "older than triage" in client.get(reverse("admin:tickets_ticket_triage", args=[ticket.reference])).text


def test_without_a_model_the_panel_says_that_rules_went_on(client, cast):
    ticket = cast.open_ticket(**INVOICE)
    client.force_login(cast.ada)

    assert "There is no model yet. Rules went on without it." in side(client, ticket).text
