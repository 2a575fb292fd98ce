"""While a request is written, its writer sees their own open ones that ask much the same; nobody else's, ever."""

import pytest
from django.urls import reverse

from tests.triage.desk import by_slug, crown, fitted, trained
from tickets.models import Ticket, TriageSwitch
from tickets.services.resolving import resolve_ticket
from tickets.triage import champion, opinion

pytestmark = pytest.mark.django_db

WORDS = {"description": "You charged my card twice for March", "subject": "Charged twice again"}


@pytest.fixture(scope="module", autouse=True)
def _learned() -> None:
    fitted()


@pytest.fixture(autouse=True)
def _all_the_time_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opinion, "BUDGET_SECONDS", 30.0)
    champion.forget()


@pytest.fixture
def mine(cast) -> Ticket:
    crown(trained(by_slug()), is_automatic=False)
    return cast.open_ticket()


def alike(client, **words):
    return client.post(reverse("portal:alike"), WORDS | words)


def test_their_own_open_request_is_offered(client, cast, mine):
    client.force_login(cast.rosa)
    page = alike(client)

    assert reverse("portal:ticket", args=[mine.public_id]) in page.text
    assert "You have a similar request open" in page.text


def test_whoever_asks_without_end_gets_no_more_answers(client, cast, mine):
    client.force_login(cast.rosa)
    pages = [alike(client) for _each in range(31)]

    assert reverse("portal:ticket", args=[mine.public_id]) in pages[29].text
    assert pages[30].status_code == 200
    assert mine.title not in pages[30].text


def test_others_are_never(client, cast, mine):
    client.force_login(cast.otto)

    assert mine.title not in alike(client).text


def test_staff_see_their_own_only_as_well(client, cast, mine):
    client.force_login(cast.amir)

    assert mine.title not in alike(client).text


def test_what_is_resolved_is_not_offered(client, cast, mine):
    resolve_ticket(mine, by=cast.amir)
    client.force_login(cast.rosa)

    assert mine.title not in alike(client).text


@pytest.mark.parametrize("words", ["", "Where are the roses and the hedges of the park?", "wrong " * 40_000, "🎉"])
def test_something_else_finds_nothing(client, cast, mine, words):
    client.force_login(cast.rosa)
    answer = alike(client, description=words, subject="")

    assert (answer.status_code, answer.text.strip()) == (200, "")


def test_guests_are_not_asked(client, cast, mine):
    assert "data-alike" not in client.get(reverse("portal:new")).text
    assert alike(client).status_code == 302
    client.force_login(cast.rosa)
    assert "data-alike" in client.get(reverse("portal:new")).text


def test_without_a_model_or_switched_off_it_stays_quiet(client, cast, mine):
    client.force_login(cast.rosa)
    TriageSwitch.objects.create(target="similar", is_on=False)
    assert alike(client).text.strip() == ""


def test_reading_changes_nothing(client, cast, mine):
    client.force_login(cast.rosa)
    assert client.get(reverse("portal:alike")).status_code == 405
