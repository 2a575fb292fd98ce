"""German is complete for customers, and what people edit is what the product says."""

import re

import pytest
from django.utils import timezone, translation

from tests.cast import MONDAY
from tests.languages.catalogues import compiled, words_for_customers, written
from tickets.promise import clock_time

# What the code puts in: %(name)s, {}, {{ name }}. A translation says other words around the same ones.
_HOLES = re.compile(r"%\(\w+\)[sd]|%%|\{\{ \w+ \}\}|\{\w*\}")


def test_whatever_customers_read_is_said_in_german():
    german = compiled("de")

    assert {words: place for words, place in words_for_customers().items() if not german.get(words)} == {}


def test_the_search_for_words_finds_those_of_python_and_of_templates():
    found = words_for_customers()

    assert found["%(time)s today"] == "tickets/promise.py"
    assert found["Show %(count)s earlier message"] == "templates/portal/ticket.html"
    assert len(found) > 300


def test_what_is_edited_is_what_is_compiled():
    assert compiled("de") == written("de")


def test_a_translation_keeps_every_hole():
    spoilt = {
        words: translations
        for words, translations in compiled("de").items()
        if any(set(_HOLES.findall(each)) != set(_HOLES.findall(words)) for each in translations)
    }

    assert spoilt == {}


def test_a_translation_begins_and_ends_its_lines_like_the_original():
    for words, translations in compiled("de").items():
        assert {each.count("\n") for each in translations} == {words.count("\n")}


def test_instants_are_said_as_germans_say_them():
    with translation.override("de"), timezone.override("Europe/Berlin"):
        assert clock_time(MONDAY, at=MONDAY) == "heute, 11:00 Uhr"
        assert clock_time(MONDAY.replace(day=3), at=MONDAY) == "morgen, 11:00 Uhr"
        assert clock_time(MONDAY.replace(day=5), at=MONDAY) == "Do, 5. März, 11:00 Uhr"


@pytest.mark.parametrize("path", ["/", "/new/", "/links/", "/links/sent/", "/account/login/", "/account/signup/"])
def test_a_german_page_is_german(db, client, path):
    page = client.get(path, headers={"accept-language": "de"}).content.decode()

    assert '<html lang="de"' in page
    assert ">Anmelden<" in page
    assert "Sign in" not in page
