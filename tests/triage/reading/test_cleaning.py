"""What of a ticket reaches a model: its own words, nobody's data, and never more than a page."""

import time

import pytest

from tickets.triage.text import CHARACTERS, cleaned


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Write to rosa@example.com please", "Write to please"),
        ("See https://example.com/a?b=1 and www.example.org", "See and"),
        ("Card 4111 1111 1111 1111 was charged", "Card was charged"),
        ("Order AB-123456 is late", "Order is late"),
        ("Call +49 30 123 4567 today", "Call today"),
        ("IBAN DE89 3704 0044 0532 0130 00 is wrong", "IBAN is wrong"),
        ("It failed on 12.03.2025 again", "It failed on again"),
        ("Error 404 on page 12 with 2FA", "Error 404 on page 12 with 2FA"),
        ("<p>Bold <b>words</b></p>", "Bold words"),
    ],
)
def test_what_could_name_somebody_is_left_out(written: str, read: str):
    assert cleaned("", written) == read


def test_title_and_description_are_one_text_without_repetition():
    assert cleaned("No sound", "The speaker is dead.") == "No sound. The speaker is dead."
    assert cleaned("No sound", "No sound in room Oslo.") == "No sound in room Oslo."
    assert cleaned("No sound", "") == "No sound"
    assert cleaned("", "  \n ") == ""


@pytest.mark.parametrize(
    "rest",
    [
        "\n\nOn Mon, 3 Feb 2025 at 10:00, Support <help@example.com> wrote:\n> Did you try again?",
        "\n\nAm 3. Februar schrieb Hilfe <hilfe@example.com>:\n> Haben Sie es versucht?",
        "\n-- \nRosa Berg\nHead of Things",
        "\n\nKind regards,\nRosa Berg\nHead of Things",
        "\n\nMit freundlichen Grüßen\nRosa Berg",
        "\n> an older message",
        "\n\nSent from my phone",
    ],
)
def test_quotes_and_signatures_are_not_the_writers_words(rest: str):
    assert cleaned("", f"The door stays shut.{rest}") == "The door stays shut."


def test_thanks_at_the_start_cut_nothing_off():
    assert cleaned("", "Thanks\nbut the door stays shut.") == "Thanks but the door stays shut."


@pytest.mark.parametrize("piece", ["a", "12 ", "a.b@", "<a ", "> x\n", "1-", "ä😀", "\x00", "http://", "On a wrote:\n"])
def test_a_huge_text_costs_little_and_yields_a_page(piece: str):
    started = time.process_time()

    text = cleaned(piece * 200, piece * 200_000)

    assert len(text) <= CHARACTERS
    assert time.process_time() - started < 1
