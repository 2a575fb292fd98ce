"""Words with marks: an allow-list, no engine."""

import re

import pytest

from notifications.kinds import KINDS
from notifications.wording import MARKS, Facts, UnknownMark, line, written
from tests.cast import MONDAY


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
