"""Opening a ticket asks triage first: what it decides, suggests, or leaves to the rules."""

import pytest

from tests.cast import MONDAY
from tests.triage.desk import by_slug, crown, fitted, names_only, trained
from tickets.events import EventKind
from tickets.models import Category, ModelFile, ModelVersion, Prediction, TicketVector, TriageSwitch
from tickets.services.categorising import change_category
from tickets.services.conversing import reply
from tickets.services.resolving import close_ticket, resolve_ticket
from tickets.services.triaging import NotSuggested, accept_suggestion
from tickets.triage import champion, opinion

pytestmark = pytest.mark.django_db

INVOICE = {"title": "Invoice", "description": "The invoice for June shows the wrong amount", "category": None}


@pytest.fixture(scope="module", autouse=True)
def _learned() -> None:
    fitted()


@pytest.fixture(autouse=True)
def _all_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    champion.forget()


@pytest.fixture
def categories(cast) -> dict[str, Category]:
    return by_slug()


@pytest.fixture
def version(categories) -> ModelVersion:
    return crown(trained(categories))


def test_what_triage_is_sure_of_is_set_and_routed(cast, version, categories):
    ticket = cast.open_ticket(**INVOICE)

    assert ticket.category == categories["billing"]
    assert (ticket.team, ticket.assignee) == (cast.billing, cast.amir)
    opened = ticket.events.get(kind=EventKind.OPENED)
    assert (opened.data["category"], opened.data["triage"]) == ("billing", "automatic")
    prediction = ticket.prediction
    assert (prediction.outcome, prediction.version, prediction.category) == (
        "automatic",
        version,
        categories["billing"],
    )
    first, _second, _third = prediction.ranked
    assert first["slug"] == "billing"
    assert prediction.confidence >= prediction.thresholds["automatic"]
    assert "invoice" in prediction.terms
    assert prediction.language == "en"


def test_what_the_requester_chose_wins_and_the_opinion_is_kept(cast, version, categories):
    ticket = cast.open_ticket(**INVOICE | {"category": categories["technical"]})

    assert (ticket.category, ticket.team) == (categories["technical"], cast.technical)
    assert (ticket.prediction.outcome, ticket.prediction.category) == ("chosen", categories["billing"])


def test_before_the_gate_it_only_suggests(cast, categories):
    crown(trained(categories), is_automatic=False)

    ticket = cast.open_ticket(**INVOICE)

    assert ticket.category is None
    assert ticket.prediction.outcome == "suggested"
    assert ticket.events.get(kind=EventKind.OPENED).data["team"] == cast.general.pk


def test_names_and_descriptions_alone_suggest(cast, categories):
    crown(names_only(), is_automatic=True)

    ticket = cast.open_ticket(**INVOICE | {"description": "A question about invoices, prices and tax"})

    assert ticket.category is None
    assert (ticket.prediction.outcome, ticket.prediction.category) == ("suggested", categories["billing"])
    assert ticket.prediction.nearest == []


def test_what_it_never_heard_of_goes_to_the_general_team(cast, version):
    ticket = cast.open_ticket(title="Zxqv", description="Wvbnm qqxz fhtrw", category=None)

    assert ticket.category is None
    assert ticket.prediction.outcome == "abstained"
    assert ticket.events.get(kind=EventKind.OPENED).data["team"] == cast.general.pk


def test_without_a_model_rules_go_on_and_say_so(cast):
    ticket = cast.open_ticket(**INVOICE)

    assert ticket.assignee is not None
    assert (ticket.prediction.outcome, ticket.prediction.reason) == ("none", "no_model")


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_corrupt_or_missing_model_stops_no_ticket(cast, version, content, caplog):
    if content is None:
        ModelFile.objects.all().delete()
    else:
        ModelFile.objects.update(content=content)

    ticket = cast.open_ticket(**INVOICE)

    assert ticket.assignee is not None
    assert (ticket.prediction.outcome, ticket.prediction.reason) == ("none", "broken")
    assert champion.fault(version.pk)


def test_a_slow_model_is_not_waited_for(cast, version, monkeypatch):
    cast.open_ticket(**INVOICE)
    monkeypatch.setattr(champion, "THINK_AT_ONCE", frozenset())
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 0.0)

    ticket = cast.open_ticket(**INVOICE)

    assert ticket.assignee is not None
    assert (ticket.prediction.outcome, ticket.prediction.reason) == ("none", "slow")


def test_while_it_is_loaded_rules_go_on(cast, version, monkeypatch):
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 0.0)

    assert cast.open_ticket(**INVOICE).prediction.reason == "warming"


def test_trying_another_version_leaves_the_champion_loaded(cast, version, categories, monkeypatch):
    cast.open_ticket(**INVOICE)
    candidate = crown(trained(categories))
    ModelVersion.objects.filter(pk=candidate.pk).update(state="candidate")
    ModelVersion.objects.filter(pk=version.pk).update(state="champion")

    assert champion.fault(candidate.pk) == ""

    # Without any time to think, what is loaded is slow, and what isn't is still warming up.
    monkeypatch.setattr(champion, "THINK_AT_ONCE", frozenset())
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 0.0)
    prediction = cast.open_ticket(**INVOICE).prediction
    assert prediction.reason == "slow"


def test_another_champion_is_asked_at_once(cast, categories):
    crown(names_only())
    cast.open_ticket(**INVOICE)
    second = crown(trained(categories))

    assert cast.open_ticket(**INVOICE).prediction.version == second


def test_a_renamed_category_is_still_the_same(cast, version, categories):
    Category.objects.filter(slug="billing").update(slug="money", name="Money")

    assert cast.open_ticket(**INVOICE).category == categories["billing"]


@pytest.mark.parametrize("gone", ["deleted", "switched off"])
def test_a_category_that_is_gone_is_passed_over(cast, version, categories, gone):
    if gone == "deleted":
        categories["billing"].delete()
    else:
        Category.objects.filter(slug="billing").update(is_active=False)

    ticket = cast.open_ticket(**INVOICE)

    assert ticket.category is None
    assert ticket.prediction.outcome == "suggested"
    assert "billing" not in [row["slug"] for row in ticket.prediction.ranked]


def test_the_switch_turns_deciding_and_suggesting_off(cast, version):
    TriageSwitch.objects.create(target="category", is_on=False)

    ticket = cast.open_ticket(**INVOICE)

    assert (ticket.category, ticket.prediction.outcome, ticket.prediction.reason) == (None, "abstained", "off")


@pytest.mark.parametrize(
    "text", ["wrong amount on the invoice " * 8000, "", "   ", "見積書の金額が違います", "\x00null", "🎉" * 1000]
)
def test_no_text_stops_the_opening(cast, version, text):
    text = text.replace("\x00", "")

    ticket = cast.open_ticket(title="?", description=text, category=None)

    assert ticket.team is not None
    assert ticket.prediction is not None


def test_an_empty_text_has_no_opinion(cast, version):
    assert cast.open_ticket(title="", description="", category=None).prediction.reason == "empty"


def test_the_meaning_is_kept_with_the_ticket_and_dies_with_it(cast, version):
    ticket = cast.open_ticket(**INVOICE)

    assert TicketVector.objects.get(ticket=ticket).encoder == "hashed-words-1"
    assert TicketVector._meta.get_field("ticket").remote_field.on_delete.__name__ == "CASCADE"
    assert Prediction._meta.get_field("ticket").remote_field.on_delete.__name__ == "CASCADE"


def test_a_share_is_left_to_people_and_the_same_text_always_is(cast, version, monkeypatch):
    monkeypatch.setattr(opinion, "HELD_OUT_PERCENT", 100)

    ticket = cast.open_ticket(**INVOICE)

    assert (ticket.category, ticket.prediction.outcome) == (None, "held_out")


def test_accepting_a_suggestion_sets_the_category_and_is_remembered(cast, categories):
    crown(trained(categories), is_automatic=False)
    ticket = cast.open_ticket(**INVOICE)

    ticket = accept_suggestion(ticket, category=categories["billing"], by=cast.ada)

    assert (ticket.category, ticket.team) == (categories["billing"], cast.billing)
    prediction = Prediction.objects.get(ticket=ticket)
    assert (prediction.verdict, prediction.verdict_by) == ("accepted", cast.ada)


def test_only_what_was_suggested_can_be_accepted(cast, categories):
    crown(trained(categories), is_automatic=False)
    ticket = cast.open_ticket(**INVOICE)
    ranked = [row["category"] for row in ticket.prediction.ranked]
    other = next(category for category in categories.values() if category.pk not in ranked)

    with pytest.raises(NotSuggested):
        accept_suggestion(ticket, category=other, by=cast.ada)


def test_changing_the_category_by_any_door_corrects_the_model(cast, version, categories):
    ticket = cast.open_ticket(**INVOICE)

    change_category(ticket, to=categories["account"], by=cast.amir)

    assert Prediction.objects.get(ticket=ticket).verdict == "corrected"


def test_a_follow_up_keeps_its_category_and_gets_an_opinion(cast, version, categories):
    ticket = cast.open_ticket(**INVOICE)
    closed = close_ticket(resolve_ticket(ticket, by=cast.amir), by=None)

    message = reply(closed, body="The scanner shows an error again", by=cast.rosa, channel="web")

    assert message.ticket.category == categories["billing"]
    assert message.ticket.prediction.outcome == "chosen"


def test_a_repeated_submission_keeps_the_first_opinion(cast, version):
    first = cast.open_ticket(**INVOICE, submission_key="once")

    assert cast.open_ticket(**INVOICE, submission_key="once") == first
    assert Prediction.objects.count() == 1


def test_urgent_words_suggest_a_priority_and_set_none(cast, version):
    ticket = cast.open_ticket(
        **INVOICE | {"description": "Nobody in the shop can log in, we cannot work"}, priority=None
    )

    assert ticket.prediction.suggested_priority == 3
    assert ticket.priority == 2
    assert ticket.opened_at == MONDAY
