"""Distances in time, in a few words: the server's and the browser's arithmetic are the same."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.core.spans import absolute, relative, span

NOON = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "now"),
        (-44, "now"),
        (-45, "1 minute ago"),
        (-119, "1 minute ago"),
        (-3599, "59 minutes ago"),
        (-3600, "1 hour ago"),
        (-86399, "23 hours ago"),
        (-86400, "1 day ago"),
        (-7 * 86400 + 1, "6 days ago"),
        (-7 * 86400, "26 February"),
        (-80 * 86400, "15 December 2025"),
        (90, "in 1 minute"),
        (7200, "in 2 hours"),
        (172800, "in 2 days"),
    ],
)
def test_relative(seconds, words):
    with timezone.override("UTC"):
        assert relative(NOON + timedelta(seconds=seconds), at=NOON) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "0 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (12000, "3 h 20 min"),
        (86400, "1 d"),
        (187200, "2 d 4 h"),
    ],
)
def test_span(seconds, words):
    assert span(seconds) == words


def test_the_date_is_that_of_the_readers_zone():
    late = datetime(2026, 2, 1, 23, 30, tzinfo=UTC)
    with timezone.override("Asia/Kolkata"), translation.override("en"):
        assert relative(late, at=NOON) == "2 February"
        assert absolute(late) == "Monday 2 February 2026, 05:00 IST"
