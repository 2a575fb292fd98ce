"""What a customer is promised, in plain words."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from teams.models import Team, User
from tests.cast import MONDAY
from tickets.lifecycle import Status
from tickets.models import Ticket
from tickets.promise import answer_due_at, clock_time, promise

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ticket(**changes) -> Ticket:
    fields = {
        "team": Team(name="Payments"),
        "assignee": User(full_name="Amir"),
        "first_response_due_at": MONDAY + 4 * HOUR,
        "next_due_at": MONDAY + 4 * HOUR,
        "opened_at": MONDAY,
    }
    return Ticket(**(fields | changes))


@pytest.fixture(autouse=True)
def _in_utc():
    with timezone.override(UTC), translation.override("en"):
        yield


ANSWERED = {"first_responded_at": MONDAY, "last_agent_message_at": MONDAY}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Amir from Payments has it and will answer by 14:00 today."),
        (
            {"assignment_starts_at": MONDAY + 23 * HOUR, "first_response_due_at": MONDAY + DAY},
            "Amir from Payments has it, starts at 09:00 tomorrow and will answer by 10:00 tomorrow.",
        ),
        ({"assignee": None}, "The Payments team has it, and you will have an answer by 14:00 today."),
        ({"assignee": None, "first_response_due_at": None}, ""),
        (ANSWERED, "Amir from Payments has it."),
        (
            ANSWERED | {"assignment_starts_at": MONDAY + 23 * HOUR},
            "Amir from Payments has it and starts at 09:00 tomorrow.",
        ),
        (
            ANSWERED | {"last_customer_message_at": MONDAY + HOUR, "next_due_at": MONDAY + 5 * HOUR},
            "Amir from Payments has it and will answer by 15:00 today.",
        ),
        (
            {"first_response_due_at": MONDAY - HOUR},
            "We are later than we promised (09:00 today), and sorry for it. Amir from Payments has it.",
        ),
        (
            {"first_response_due_at": MONDAY - HOUR, "assignee": None},
            "We are later than we promised (09:00 today), and sorry for it. The Payments team has it.",
        ),
        ({"status": Status.PENDING_CUSTOMER}, "Amir from Payments has it."),
        ({"status": Status.RESOLVED}, ""),
        ({"status": Status.CLOSED}, ""),
    ],
)
def test_who_has_it_and_when_they_answer(changes, sentence):
    assert promise(ticket(**changes), at=MONDAY) == sentence


def test_nothing_is_owed_to_whom_an_answer_was_given():
    assert answer_due_at(ticket(**ANSWERED, last_customer_message_at=MONDAY - HOUR)) is None


def test_an_instant_in_the_words_of_the_zone():
    instant = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        assert clock_time(instant, at=MONDAY) == "08:30 tomorrow"
        assert clock_time(MONDAY, at=MONDAY) == "19:00 today"
        assert clock_time(datetime(2026, 3, 5, 0, 0, tzinfo=UTC), at=MONDAY) == "Thu 5 March, 09:00"
