"""Whose desk a folder holds, by what a start was told."""

import pytest

from helpdesk.embedded.data_folder import DataFolder
from helpdesk.embedded.desk import decide, is_demo

FOR_OTHERS = [{"SITE_URL": "https://help.example"}, {"ALLOWED_HOSTS": "help.example"}, {"DEMO": "0"}, {"DEMO": "no"}]


@pytest.fixture
def data(tmp_path) -> DataFolder:
    return DataFolder(tmp_path / "data")


def test_without_a_word_it_is_the_demo(data):
    decide(data, {}, is_empty=False)

    assert is_demo(data, {})


@pytest.mark.parametrize("given", FOR_OTHERS)
def test_what_was_once_for_others_never_becomes_the_demo(data, given):
    assert not is_demo(data, given)
    decide(data, given, is_empty=False)

    decide(data, {}, is_empty=False)
    assert not is_demo(data, {})


def test_a_database_elsewhere_says_nothing_about_this_folder(data):
    elsewhere = {"DATABASE_URL": "postgres://db/helpdesk", "SITE_URL": "https://help.example"}
    decide(data, elsewhere, is_empty=False)

    assert not is_demo(data, elsewhere)
    assert is_demo(data, {})
