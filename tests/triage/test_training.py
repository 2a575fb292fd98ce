"""Learning from tickets: what counts as a label, when a new version takes over, and when the old one stays."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from helpdesk.core.jobs import run_due_jobs
from helpdesk.core.models import Job
from tests.cast import MONDAY
from tests.triage.desk import by_slug, crown, names_only, past_texts, trained
from tickets.lifecycle import Status
from tickets.models import Category, ModelFile, ModelVersion, Prediction, Ticket, TicketVector
from tickets.services import training
from tickets.services.assigning import assign_ticket
from tickets.services.categorising import change_category
from tickets.services.training import look_after_triage, start_training
from tickets.services.triaging import accept_suggestion
from tickets.triage import champion, opinion
from tickets.triage.labelled import labelled_tickets

pytestmark = pytest.mark.django_db

LATER = MONDAY + timedelta(days=400)


@pytest.fixture(autouse=True)
def _plain_and_patient(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    # Training has no transaction of its own; the test's must not be ended while it learns.
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    monkeypatch.setattr(training, "best_encoder", lambda: "none")
    champion.forget()


def fill(cast, *, copies: int = 1) -> list[Ticket]:
    """Past tickets as they would be after months, without going through the verbs a thousand times."""
    categories = by_slug()
    rows, bodies = [], []
    for copy in range(copies):
        for place, (text, slug) in enumerate(past_texts()):
            at = MONDAY + timedelta(minutes=10 * (copy * 100 + place * 7 % 72))
            rows.append(
                Ticket(
                    title=f"Request {copy}", category=categories[slug], channel="web", requester=cast.rosa,
                    team=cast.general, status=Status.CLOSED, opened_at=at, updated_at=at,
                )
            )  # fmt: skip
            bodies.append(f"{text} {'again ' * copy}")
    made = Ticket.objects.bulk_create(rows)
    from tickets.models import Message

    Message.objects.bulk_create(
        Message(ticket=ticket, author=cast.rosa, body=body, channel="web", sent_at=ticket.opened_at)
        for ticket, body in zip(made, bodies, strict=True)
    )
    return made


def test_with_few_tickets_nothing_is_trained(cast):
    cast.open_ticket()
    job = start_training(by=None)
    run_due_jobs()

    job.refresh_from_db()
    assert (job.state, job.result["why"]) == ("done", "too_few")
    assert not ModelVersion.objects.exists()


def test_below_two_hundred_labels_it_suggests_only(cast):
    fill(cast)
    start_training(by=None)
    run_due_jobs()

    version = ModelVersion.objects.get()
    assert (version.state, version.is_automatic, version.verdict["why"]) == ("champion", False, "suggests_only")
    assert version.example_count == 72
    assert cast.open_ticket(title="Invoice", description="wrong amount on it", category=None).category is None


def test_what_passes_the_gate_takes_over_and_decides(cast):
    fill(cast, copies=3)
    start_training(by=None)
    run_due_jobs()

    version = ModelVersion.objects.get()
    assert (version.state, version.is_automatic, version.verdict["why"]) == ("champion", True, "passed")
    assert version.metrics["macro_f1"] > 0.9
    assert (version.data_from, version.data_until) <= (MONDAY, LATER)
    assert TicketVector.objects.count() == 216
    ticket = cast.open_ticket(
        title="Request", description="The invoice for March shows the wrong amount", category=None
    )
    assert ticket.category.slug == "billing"
    assert {row["ticket"] for row in ticket.prediction.nearest} <= set(version.examples)
    assert len(ticket.prediction.nearest) == 3


def test_a_worse_one_is_kept_as_candidate_with_the_reason(cast, monkeypatch):
    fill(cast, copies=3)
    better = crown(trained(by_slug()))
    # What people say now contradicts the words: nothing is to be learned from it.
    categories = list(by_slug().values())
    for place, ticket in enumerate(Ticket.objects.order_by("opened_at")[:150]):
        Ticket.objects.filter(pk=ticket.pk).update(category=categories[place % 3])
    start_training(by=None)
    run_due_jobs()

    candidate = ModelVersion.objects.order_by("-pk").first()
    assert (candidate.state, candidate.verdict["why"]) == ("candidate", "worse")
    assert candidate.verdict["against"] == better.pk
    assert ModelVersion.objects.champion() == better


def test_what_was_erased_is_forgotten_even_by_a_worse_one(cast, monkeypatch):
    made = fill(cast, copies=3)
    crown(trained(by_slug()), examples=[ticket.pk for ticket in made[:50]] + [10**9])
    start_training(by=None)
    run_due_jobs()

    champion_now = ModelVersion.objects.champion()
    assert champion_now.verdict["why"] == "erased"
    assert 10**9 not in champion_now.examples


def test_a_damaged_champion_is_replaced(cast):
    fill(cast, copies=3)
    damaged = crown(trained(by_slug()))
    ModelFile.objects.update(content=b"rotten")
    start_training(by=None)
    run_due_jobs()

    assert ModelVersion.objects.champion() != damaged


def test_a_correction_counts_double_and_an_accepted_suggestion_half(cast):
    categories = by_slug()
    crown(trained(categories), is_automatic=False)
    invoice = {"title": "Invoice", "description": "The invoice for June shows the wrong amount", "category": None}
    corrected = change_category(cast.open_ticket(**invoice), to=categories["account"], by=cast.ada)
    accepted = accept_suggestion(cast.open_ticket(**invoice), category=categories["billing"], by=cast.ada)
    chosen = cast.open_ticket()
    unlabelled = cast.open_ticket(**invoice)

    past = labelled_tickets(until=LATER)

    weights = dict(zip(past.tickets, past.weights, strict=True))
    assert (weights[corrected.pk], weights[accepted.pk], weights[chosen.pk]) == (2.0, 0.5, 1.0)
    assert unlabelled.pk not in weights


def test_what_the_model_decided_counts_only_once_it_was_resolved_there(cast):
    crown(trained(by_slug()))
    ticket = cast.open_ticket(title="Invoice", description="The invoice for June shows the wrong amount", category=None)
    assert ticket.prediction.outcome == "automatic"
    assert ticket.pk not in labelled_tickets(until=LATER).tickets

    Ticket.objects.filter(pk=ticket.pk).update(status=Status.RESOLVED)

    past = labelled_tickets(until=LATER)
    assert (past.tickets, past.weights) == ([ticket.pk], [0.5])


def test_a_move_to_another_team_teaches_nothing_until_somebody_names_the_category(cast):
    ticket = assign_ticket(cast.open_ticket(), to=cast.noor, by=cast.lena)

    assert labelled_tickets(until=LATER).tickets == []

    change_category(ticket, to=cast.technical_category, by=cast.noor)
    assert labelled_tickets(until=LATER).labels == [str(cast.technical_category.pk)]


def test_the_desk_begins_with_names_and_descriptions_alone(cast):
    assert look_after_triage(as_of=MONDAY) == 1
    run_due_jobs()

    version = ModelVersion.objects.get()
    assert (version.state, version.origin, version.is_automatic) == ("champion", "cold_start", False)
    ticket = cast.open_ticket(
        title="Rechnung", description="Auf der Rechnung stimmt die Mehrwertsteuer nicht", category=None
    )
    assert (ticket.prediction.outcome, ticket.prediction.category.slug) == ("suggested", "billing")


def test_it_begins_anew_when_a_category_says_something_else_and_not_before(cast):
    look_after_triage(as_of=MONDAY)
    run_due_jobs()
    assert look_after_triage(as_of=MONDAY) == 0

    Category.objects.create(slug="garden", name="Garden", keywords="lawn, hedge, roses", position=9)

    assert look_after_triage(as_of=MONDAY) == 1
    run_due_jobs()
    ticket = cast.open_ticket(title="The hedge", description="Who cuts the hedge and the lawn?", category=None)
    assert ticket.prediction.category.slug == "garden"


def test_what_was_learned_is_not_thrown_away_for_names(cast):
    crown(trained(by_slug()))

    assert look_after_triage(as_of=MONDAY) == 0


def test_a_new_encoder_starts_one_training(cast, monkeypatch):
    crown(trained(by_slug()))
    monkeypatch.setattr(training, "best_encoder", lambda: "minilm")
    at = Job.objects.create(kind="other", fingerprint="x").created_at

    assert look_after_triage(as_of=at) == 1
    assert look_after_triage(as_of=at) == 0


def test_without_the_libraries_nothing_happens(cast, monkeypatch):
    monkeypatch.setattr(training, "best_encoder", lambda: None)

    assert look_after_triage(as_of=MONDAY) == 0
    assert not Job.objects.exists()


def test_the_command_says_what_came_of_it(cast):
    fill(cast, copies=3)
    said = StringIO()

    call_command("train_triage", stdout=said)

    assert "ok     macro_f1" in said.getvalue()
    assert "decides alone where it is sure" in said.getvalue()
    assert ModelVersion.objects.champion().is_automatic


def test_the_command_says_when_there_is_too_little(cast):
    said = StringIO()

    call_command("train_triage", stdout=said)

    assert "too few tickets" in said.getvalue()


def test_an_empty_ticket_teaches_nothing(cast):
    cast.open_ticket(title="", description="")

    assert labelled_tickets(until=LATER).texts == []
    assert Prediction.objects.get().outcome == "chosen"
    assert names_only().labels
