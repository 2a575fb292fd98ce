"""What the API tells of a ticket's promises and levels, and to whom."""

from datetime import timedelta

import pytest

from escalation.services.firing import fire_due_levels
from tests.api.conftest import address, assert_problem
from tests.cast import MONDAY
from tests.escalation.desk import HOUR, climb, promise
from tickets.services.conversing import reply
from tickets.services.progressing import wait_for_customer


@pytest.fixture
def ticket(cast):
    promise()
    climb((75, [{"do": "notify", "who": "lead"}], {"priority": ["critical"]}), (150, [{"do": "raise_priority"}]))
    return cast.open_ticket()


def told(client, ticket, noun):
    response = client.get(address(ticket, noun))
    assert response.status_code == 200, response.content
    return response.json()


def iso(instant):
    return instant.isoformat().replace("+00:00", "Z")


def test_clocks_say_what_was_promised_and_how_it_stands(cast, api, ticket):
    reply(ticket, body="Hi", by=cast.amir, channel="web", at=MONDAY + HOUR)
    wait_for_customer(ticket, by=cast.amir, at=MONDAY + 2 * HOUR)
    first, resolution = told(api(cast.amir), ticket, "clocks/")
    assert (first["metric"], first["state"], first["policy"]) == ("first_response", "met", "Plain")
    assert (first["target_seconds"], first["elapsed_seconds"]) == (4 * 3600, 3600)
    assert first["due_at"] == iso(MONDAY + 4 * HOUR)
    assert (resolution["state"], resolution["due_at"]) == ("paused", None)
    assert (resolution["paused_at"], resolution["elapsed_seconds"]) == (iso(MONDAY + 2 * HOUR), 2 * 3600)


def test_escalations_say_what_happened_why_not_and_what_is_to_come(cast, api, ticket):
    fire_due_levels(as_of=MONDAY + 3 * HOUR + timedelta(seconds=5))
    said = told(api(cast.amir), ticket, "escalations/")
    assert [(row["level"], row["outcome"], row["failed_condition"]) for row in said["fired"]] == [
        (1, "skipped", "priority")
    ]
    assert [(row["level"], row["due_at"]) for row in said["to_come"]] == [(2, iso(MONDAY + 6 * HOUR))]


@pytest.mark.parametrize("noun", ["clocks/", "escalations/"])
def test_promises_are_for_those_who_work_on_the_ticket(cast, api, ticket, noun):
    assert api(cast.lena).get(address(ticket, noun)).status_code == 200
    assert_problem(api(cast.rosa).get(address(ticket, noun)), 403)
    assert_problem(api(cast.noor).get(address(ticket, noun)), 404)


@pytest.mark.parametrize("noun", ["clocks/", "escalations/"])
def test_the_number_of_queries_is_small(cast, api, ticket, noun, django_assert_max_num_queries):
    client = api(cast.amir)
    with django_assert_max_num_queries(8):
        told(client, ticket, noun)
