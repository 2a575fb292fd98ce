"""Words with marks: an allow-list, no engine."""

import re
from datetime import timedelta

import pytest

from notifications.kinds import KINDS
from notifications.wording import MARKS, Facts, UnknownMark, as_read_by, line, promise, written
from teams.models import Team
from tests.cast import MONDAY
from tickets.models import Ticket


@pytest.fixture
def facts(cast):
    ticket = cast.open_ticket(title="{{ message }} {% now %}")
    return Facts(ticket.events.first(), ticket, cast.rosa, MONDAY)


def test_every_shipped_text_uses_known_marks_only():
    for kind in KINDS.values():
        for words in (kind.summary, kind.subject, kind.body):
            assert set(re.findall(r"\{\{ (\w+) \}\}", str(words))) <= set(MARKS)
            assert "{%" not in str(words)


def test_an_unknown_mark_is_refused_and_named(facts):
    with pytest.raises(UnknownMark, match="password"):
        written("{{ password }}", facts)


def test_what_people_wrote_is_never_read_as_a_mark(facts):
    assert line("{{ title }}!", facts) == "{{ message }} {% now %}!"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "Amir from Billing has it and will answer by 14:00 today."),
        (
            {"assignment_starts_at": MONDAY + timedelta(days=1)},
            "Amir from Billing has it, starts at 10:00 tomorrow and will answer by 14:00 today.",
        ),
        ({"first_responded_at": MONDAY}, "Amir from Billing has it."),
        ({"assignee": None}, "The Billing team has it, and you will have an answer by 14:00 today."),
        ({"assignee": None, "first_response_due_at": None}, ""),
    ],
)
def test_the_promise_in_plain_words(cast, changes, sentence):
    ticket = Ticket(
        team=Team(name="Billing"),
        assignee=cast.amir,
        first_response_due_at=MONDAY + timedelta(hours=4),
        opened_at=MONDAY,
    )
    for name, value in changes.items():
        setattr(ticket, name, value)
    with as_read_by(cast.rosa):
        assert promise(ticket, at=MONDAY) == sentence
