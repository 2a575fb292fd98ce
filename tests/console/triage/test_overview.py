"""The page "Triage": its numbers are those of the tickets behind them, and only leads steer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from helpdesk.core.models import Job
from tests.triage.desk import by_slug, crown, names_only, trained
from tickets.models import ModelFile, ModelVersion, Prediction, Ticket, TriageSwitch, TriageWeek
from tickets.services.assigning import assign_ticket
from tickets.services.categorising import change_category
from tickets.services.resolving import resolve_ticket
from tickets.services.triaging import accept_suggestion
from tickets.triage.alerts import alerts
from tickets.triage.figures import (
    BY_SLUG,
    WAITING,
    behind,
    calibration_of,
    figures_of,
    keep_weeks,
    mistakes_of,
    opinions,
    report,
)

pytestmark = pytest.mark.django_db

INVOICE = {
    "title": "Invoice",
    "description": "The invoice for June shows the wrong amount",
    "category": None,
    "at": None,
}


@pytest.fixture
def version(cast):
    return crown(trained(by_slug()))


@pytest.fixture
def history(cast, version):
    """Six of Amir's: two right, one corrected, one moved, one chosen, one with nothing to say."""
    right = [resolve_ticket(cast.open_ticket(**INVOICE), by=cast.amir) for _ in range(2)]
    corrected = change_category(cast.open_ticket(**INVOICE), to=by_slug()["account"], by=cast.amir)
    moved = assign_ticket(cast.open_ticket(**INVOICE), to=cast.noor, by=cast.lena)
    chosen = cast.open_ticket(**INVOICE | {"category": cast.billing_category})
    silent = cast.open_ticket(**INVOICE | {"title": "", "description": ""})
    return {"right": right, "corrected": corrected, "moved": moved, "chosen": chosen, "silent": silent}


def everything():
    return opinions(Ticket.objects.all(), since=now() - timedelta(days=1), until=now() + timedelta(days=1))


def waiting(slug):
    (measure,) = (one for one in WAITING if one.slug == slug)
    return behind(everything(), measure)


def test_each_number_is_what_its_definition_says(history):
    shares = {figure.measure.slug: (figure.part, figure.whole) for figure in figures_of(everything())}

    assert shares == {
        "coverage": (4, 4),
        "precision": (2, 3),
        "accuracy": (1, 2),
        "accepted": (0, 0),
        "rerouted": (2, 4),
        "abstained": (0, 4),
        "silent": (1, 6),
    }


def test_the_tickets_behind_a_number_are_those_that_it_counts(history):
    rows = everything()

    for figure in figures_of(rows):
        assert behind(rows, figure.measure).count() == figure.part
        assert behind(rows, figure.measure, failures=True).count() == figure.whole - figure.part
    rerouted = set(behind(rows, BY_SLUG["rerouted"]).values_list("ticket", flat=True))
    assert rerouted == {history["corrected"].pk, history["moved"].pk}


def test_mistakes_and_calibration_come_from_what_people_stood_for(history):
    rows = everything()

    assert [(m.truth.slug, m.said.slug, m.count) for m in mistakes_of(rows)] == [("account", "billing", 1)]
    (only,) = calibration_of(rows)
    assert (only.count, only.kept) == (2, 0.5)
    assert 0.5 < only.promised <= 1


def test_taken_suggestions_count(cast):
    crown(trained(by_slug()), is_automatic=False)
    accept_suggestion(cast.open_ticket(**INVOICE), category=cast.billing_category, by=cast.ada)

    figure = next(one for one in figures_of(everything()) if one.measure.slug == "accepted")
    assert (figure.part, figure.whole, figure.percent) == (1, 1, "100 %")


def test_corrections_wait_until_the_next_version(cast, history):
    ModelVersion.objects.update(made_at=now() - timedelta(days=2))
    assert [row.ticket for row in waiting("unlearned")] == [history["corrected"]]

    ModelVersion.objects.update(made_at=now())
    assert not waiting("unlearned").exists()

    ModelVersion.objects.update(state="retired")
    assert [row.ticket for row in waiting("unlearned")] == [history["corrected"]]


def test_weeks_are_kept(history):
    keep_weeks(as_of=now())
    keep_weeks(as_of=now())

    week = TriageWeek.objects.get()
    assert week.figures["coverage"] == [4, 4]
    assert week.week.weekday() == 0


def test_the_page_shows_it_all_and_links_to_the_tickets(client, cast, history):
    client.force_login(cast.ada)
    page = client.get(reverse("admin:triage")).text

    for words in ("Decided alone", "Precision alone", "Mixed up most", "Switches", "Versions", "Week by week"):
        assert words in page
    assert reverse("admin:triage_behind", args=["coverage"]) in page
    listed = client.get(reverse("admin:triage_behind", args=["rerouted"])).text
    assert history["corrected"].reference in listed
    assert history["right"][0].reference not in listed
    failures = client.get(reverse("admin:triage_behind", args=["rerouted"]), {"failures": "1"}).text
    assert history["right"][0].reference in failures


def test_confused_ones_are_listed_by_pair(client, cast, history):
    client.force_login(cast.ada)
    pair = {"truth": by_slug()["account"].pk, "said": cast.billing_category.pk}

    assert history["corrected"].reference in client.get(reverse("admin:triage_behind", args=["confused"]), pair).text
    assert client.get(reverse("admin:triage_behind", args=["confused"]), {"truth": "x"}).status_code == 404
    assert client.get(reverse("admin:triage_behind", args=["nonsense"])).status_code == 404


@pytest.mark.parametrize("slug", ["undecided", "doubtful", "unlearned"])
def test_what_waits_is_listed(client, cast, history, slug):
    crown(trained(by_slug()), is_automatic=False)
    cast.open_ticket(**INVOICE)
    (listed,) = waiting(slug)
    client.force_login(cast.ada)
    assert listed.ticket.reference in client.get(reverse("admin:triage_behind", args=[slug])).text


def test_what_was_moved_is_doubtful_until_somebody_names_its_category(history, cast):
    assert [row.ticket for row in waiting("doubtful")] == [history["moved"]]
    change_category(history["moved"], to=cast.technical_category, by=cast.noor)
    assert not waiting("doubtful").exists()


def test_the_page_counts_what_is_listed(history):
    counted = {figure.measure.slug: figure.part for figure in report(everything()).waiting}
    assert counted == {measure.slug: waiting(measure.slug).count() for measure in WAITING}
    assert counted == {"undecided": 0, "doubtful": 1, "unlearned": 1}


def test_nobody_reads_of_tickets_that_they_do_not_see(client, cast, history):
    client.force_login(cast.noor)
    listed = client.get(reverse("admin:triage_behind", args=["coverage"])).text

    assert history["moved"].reference in listed
    assert history["right"][0].reference not in listed


def test_customers_and_strangers_are_turned_away(client, cast):
    assert client.get(reverse("admin:triage")).status_code == 302
    client.force_login(cast.rosa)
    assert client.get(reverse("admin:triage")).status_code == 302


@pytest.mark.parametrize("reader", ["lena", "amir", "ada"])
def test_the_page_asks_no_more_with_more_of_everything(client, cast, history, reader, django_assert_max_num_queries):
    client.force_login(getattr(cast, reader))

    def count():
        with django_assert_max_num_queries(12) as queries:
            assert client.get(reverse("admin:triage")).status_code == 200
        return len(queries)

    def add(first, last):
        for number in range(first, last):
            change_category(cast.open_ticket(**INVOICE), to=by_slug()["account"], by=cast.ada)
            TriageWeek.objects.create(
                week=now().date() - timedelta(weeks=number), figures={}, version=crown(names_only())
            )
            Job.objects.create(kind="train_triage", fingerprint=str(number), state="done", finished_at=now())

    count()
    add(0, 1)
    TriageSwitch.objects.create(target="skills", is_on=False, changed_by=cast.lena)
    few = count()
    add(1, 5)
    assert count() == few


def test_leads_go_back_to_an_earlier_version(client, cast, version):
    newer = crown(names_only())
    client.force_login(cast.lena)

    client.post(reverse("admin:triage_activation", args=[version.pk]))

    assert ModelVersion.objects.champion() == version
    newer.refresh_from_db()
    assert newer.state == "retired"
    version.refresh_from_db()
    assert version.activated_by == cast.lena


def test_a_damaged_version_is_not_activated_and_says_so(client, cast, version):
    newer = crown(names_only())
    ModelFile.objects.filter(version=version).update(content=b"rotten")
    client.force_login(cast.lena)

    page = client.post(reverse("admin:triage_activation", args=[version.pk]), follow=True).text

    assert "This version cannot be used" in page
    assert ModelVersion.objects.champion() == newer


def test_the_switch_is_for_leads(client, cast, version):
    url = reverse("admin:triage_switch", args=["category"])
    client.force_login(cast.amir)
    assert client.post(url, {"to": "off"}).status_code == 403

    client.force_login(cast.lena)
    client.post(url, {"to": "off"})
    assert TriageSwitch.objects.get(target="category").is_on is False
    assert cast.open_ticket(**INVOICE).category is None
    client.post(url, {"to": "on"})
    assert cast.open_ticket(**INVOICE).category == cast.billing_category
    assert client.post(reverse("admin:triage_switch", args=["weather"]), {"to": "off"}).status_code == 404


@pytest.mark.parametrize("name", ["triage_start", "triage_stop"])
def test_training_is_for_leads(client, cast, name):
    client.force_login(cast.amir)
    assert client.post(reverse(f"admin:{name}")).status_code == 403
    assert not Job.objects.exists()


def test_leads_start_a_training_and_see_it_run(client, cast):
    client.force_login(cast.lena)

    client.post(reverse("admin:triage_start"))

    job = Job.objects.get()
    assert (job.kind, job.started_by_id) == ("train_triage", str(cast.lena.pk))
    assert "Training waits for a worker" in client.get(reverse("admin:triage_training")).text
    client.post(reverse("admin:triage_stop"))
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_missing_model_file_raises_an_alert(client, cast, version):
    assert alerts(as_of=now()) == []
    ModelFile.objects.all().delete()

    (alert,) = alerts(as_of=now())
    assert alert.is_failure
    client.force_login(cast.ada)
    for page in ("admin:triage", "admin:index"):
        assert "its file is missing or damaged" in client.get(reverse(page)).text


def test_a_damaged_one_does_as_soon_as_a_ticket_meets_it(cast, version, caplog):
    ModelFile.objects.update(content=b"rotten")
    cast.open_ticket(**INVOICE)
    Prediction.objects.update(made_at=now())

    assert [alert.code for alert in alerts(as_of=now())] == ["broken"]


def test_a_failed_training_raises_an_alert(cast):
    Job.objects.create(kind="train_triage", fingerprint="x", state="failed", error="disk full", finished_at=now())

    (alert,) = alerts(as_of=now())
    assert "disk full" in alert.what


def test_a_week_that_got_worse_raises_an_alert(cast):
    monday = now().date() - timedelta(days=now().weekday())
    TriageWeek.objects.create(week=monday - timedelta(weeks=1), figures={"precision": [97, 100]})
    TriageWeek.objects.create(week=monday, figures={"precision": [40, 50]})

    (alert,) = alerts(as_of=now())
    assert alert.code == "drift_precision"
