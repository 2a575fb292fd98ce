"""`/tickets/{reference}/triage/` and `…/similar/`."""

import pytest

from tests.triage.desk import by_slug, crown, fitted, trained
from tickets.models import Prediction
from tickets.triage import champion, opinion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", autouse=True)
def _learned() -> None:
    fitted()


@pytest.fixture(autouse=True)
def _all_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    champion.forget()


@pytest.fixture
def ticket(cast):
    crown(trained(by_slug()), is_automatic=False)
    return cast.open_ticket(
        title="Invoice", description="The invoice for June shows the wrong amount", category=None, watchers=[cast.amir]
    )


def test_staff_read_what_triage_thought(api, cast, ticket):
    body = api(cast.amir).get(f"/api/v1/tickets/{ticket.reference}/triage/").json()

    assert (body["outcome"], body["verdict"], body["language"]) == ("suggested", "", "en")
    assert body["ranked"][0]["category"] == "billing"
    assert body["sentence"].startswith("Probably Billing")
    assert body["version"] == ticket.prediction.version_id
    assert body["automatic_from"] >= body["suggested_from"]


def test_staff_accept_what_it_suggested(api, cast, ticket):
    answer = api(cast.amir).post(f"/api/v1/tickets/{ticket.reference}/triage/", {"category": "billing"})

    assert (answer.status_code, answer.json()["category"]) == (200, "billing")
    assert Prediction.objects.get(ticket=ticket).verdict == "accepted"


def test_the_requester_may_not(api, cast, ticket):
    for path in ("triage", "similar"):
        assert api(cast.rosa).get(f"/api/v1/tickets/{ticket.reference}/{path}/").status_code == 403
        assert api(cast.otto).get(f"/api/v1/tickets/{ticket.reference}/{path}/").status_code == 404


def test_similar_tickets_come_with_their_likeness(api, cast, ticket):
    close = cast.open_ticket(title="Invoice", description="The invoice for May shows the wrong amount")

    body = api(cast.amir).get(f"/api/v1/tickets/{ticket.reference}/similar/").json()["similar"]

    assert [row["reference"] for row in body] == [close.reference]
    assert 0.5 < body[0]["similarity"] <= 1


def test_a_ticket_from_before_triage_has_no_opinion(api, cast, ticket):
    Prediction.objects.all().delete()

    assert api(cast.amir).get(f"/api/v1/tickets/{ticket.reference}/triage/").json()["outcome"] == "none"
