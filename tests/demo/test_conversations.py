"""What the demo's people write is written for each of them: nothing is a template."""

import re
from collections import Counter

import pytest

from helpdesk.demo.cast import CUSTOMERS
from helpdesk.demo.faces import FACES, FOLDER, drawn, face_of
from helpdesk.demo.script import Script, all_scripts, parsed, span

SCRIPTS = all_scripts()


def _texts(script: Script) -> list[str]:
    return [script.description, *(turn.text for turn in script.turns if turn.kind != "act")]


def _sentences(text: str) -> set[str]:
    """Without punctuation and case; what has fewer than three words is nobody's."""
    parts = re.split(r"(?<=[.!?…])\s+|\n", text)
    plain = (" ".join(re.findall(r"\w+", part.casefold())) for part in parts)
    return {sentence for sentence in plain if len(sentence.split()) >= 3}


def test_there_are_as_many_as_promised():
    assert len(SCRIPTS) == 400
    assert sum(script.is_open for script in SCRIPTS) == 60
    conversations = [script for script in SCRIPTS if sum(turn.kind != "act" for turn in script.turns) >= 2]
    assert len(conversations) >= 60
    assert max(len(script.turns) for script in SCRIPTS) >= 40


def test_no_sentence_occurs_twice():
    count = Counter(sentence for script in SCRIPTS for text in _texts(script) for sentence in _sentences(text))
    assert [sentence for sentence, times in count.items() if times > 1] == []
    assert len({script.title for script in SCRIPTS}) == len({script.description for script in SCRIPTS}) == len(SCRIPTS)


def test_every_tenth_is_german_on_both_sides():
    german = [script for script in SCRIPTS if CUSTOMERS[script.customer][2] == "de"]
    assert len(german) >= len(SCRIPTS) / 10
    telling = re.compile(
        r"\b(der|die|das|ist|nicht|ein|eine|Sie|du|und|ich|mit|auf|für|im|am|Ihr\w*|ab|gern|es)\b|[äöüß]", re.I
    )
    for script in german:
        assert all(telling.search(turn.text) for turn in script.turns if turn.kind == "agent"), script.title


def test_everybody_writes_and_people_write_as_people_do():
    assert {script.customer for script in SCRIPTS} == set(CUSTOMERS)
    words = " ".join(text for script in SCRIPTS for text in _texts(script))
    assert "{" not in words
    assert sum(script.description.isupper() for script in SCRIPTS) >= 3
    assert sum(script.description == script.description.lower() for script in SCRIPTS) >= 15


def test_the_faces_are_as_the_code_draws_them():
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(FACES)
    for name, face in FACES.items():
        assert (FOLDER / f"{name}.svg").read_text("utf-8") == drawn(face)
    assert face_of("amir@desk.example") == "static:faces/amir.svg"
    assert face_of("somebody@else.example") == ""


def test_a_script_is_read_as_its_format_says():
    text = "@@ rosa - high age=3h30m open | One | two\nFirst.\n\nSecond.\n>>? [5m] Who?\n- a list\n:: tag wifi\n"
    (script,) = parsed(text)
    assert (script.title, script.category, script.flags) == ("One | two", None, {"open"})
    assert script.description == "First.\n\nSecond."
    answer, act = script.turns
    assert (answer.text, answer.then, answer.after) == ("Who?\n- a list", "wait", span("5m"))
    assert (act.kind, act.text) == ("act", "tag wifi")


@pytest.mark.parametrize("text", ["5", "m5", "5m x"])
def test_what_is_no_span_of_time_is_refused(text):
    with pytest.raises(ValueError, match="span"):
        span(text)
