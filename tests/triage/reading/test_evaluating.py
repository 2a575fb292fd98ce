"""Figures are what they are called; and the command gets them from any two files."""

import json
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tickets.triage.evaluation import figures_of
from tickets.triage.suggestion import Suggestion
from tickets.triage.thresholds import NEVER, choose_thresholds, lowest_with_precision


def said(label: str, probability: float = 0.9, confidence: float = 0.9, outcome: str = "automatic") -> Suggestion:
    other = "b" if label == "a" else "a"
    return Suggestion([(label, probability), (other, 1 - probability)], confidence, outcome, [], [])  # type: ignore[arg-type]


def test_figures_by_hand():
    suggestions = [said("a"), said("a"), said("b", 0.6, 0.3, "suggested"), said("a", 0.5, 0.1, "abstained")]

    figures = figures_of(
        suggestions, ["a", "b", "b", "c"], [said("a", outcome="abstained"), said("b")], known=["a", "b"]
    )

    assert figures.accuracy == 0.5
    assert figures.unknown_labels == 1
    # a: 1 of 3 said and 1 there; b: 1 of 1 said and 2 there; c: never said.
    assert figures.macro_f1 == pytest.approx((2 / 4 + 2 / 3 + 0) / 3)
    assert (figures.automatic_coverage, figures.automatic_precision) == (0.5, 0.5)
    assert (figures.suggested, figures.abstained) == (0.25, 0.25)
    assert figures.out_of_scope_recall == 0.5
    # |0.9 − 0.5| of two, |0.6 − 1| and |0.5 − 0| of one each.
    assert figures.calibration_error == pytest.approx((2 * 0.4 + 0.4 + 0.5) / 4)
    assert figures.brier == pytest.approx((0.02 + 1.62 + 0.32 + 1.5) / 4)
    assert figures.confusions == [("b", "a", 1), ("c", "a", 1)]
    json.dumps(figures.to_dict())


def test_the_lowest_threshold_with_enough_precision_is_found():
    confident = np.linspace(1, 0, 100)
    correct = np.array([True] * 60 + [False] * 40)

    assert lowest_with_precision(confident, correct, precision=0.95) == pytest.approx(confident[62])
    assert lowest_with_precision(confident, ~correct, precision=0.95) == NEVER


def test_few_examples_never_decide_alone():
    sure = np.full(49, 0.9)

    assert choose_thresholds(sure, np.ones(49, dtype=bool)).automatic == NEVER
    assert choose_thresholds(np.full(50, 0.9), np.ones(50, dtype=bool)).automatic <= 0.9


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    kinds = {"Broken door": "door lock gate", "WrongInvoice": "invoice vat bill", "no_internet": "wifi network cable"}
    rows = [
        (f"the {thing} has {trouble}", kind)
        for kind, things in kinds.items()
        for thing in things.split()
        for trouble in ("trouble", "failed again", "a problem 🚪", '"issues", really')
    ]
    lines = ["text,label", *('"{}",{}'.format(text.replace('"', '""'), label) for text, label in rows)]
    (tmp_path / "train.csv").write_text("\n".join([*lines, "the only one of its kind,single"]))
    (tmp_path / "test.csv").write_text("\n".join([*lines[::2], "never seen before,unknown"]))
    (tmp_path / "others.csv").write_text("text\nwho won the match\n")
    return {name: tmp_path / f"{name}.csv" for name in ("train", "test", "others")}


def evaluated(files: dict[str, Path], **options) -> tuple[str, dict]:
    out = StringIO()
    call_command("evaluate_triage", train=files["train"], test=files["test"], encoder="none", stdout=out, **options)
    return out.getvalue(), json.loads(out.getvalue().splitlines()[-1])


def test_the_command_prints_a_table_and_json(files, tmp_path: Path):
    table, document = evaluated(files, out_of_scope=files["others"], json=tmp_path / "figures.json")

    assert document["mean"]["train_rows"] == 37
    assert document["mean"]["unknown_labels"] == 1
    assert 0.8 < document["mean"]["accuracy"] < 1
    assert document["mean"]["out_of_scope_recall"] in (0, 1)
    assert document["mean"]["latency_p95_ms"] > 0
    assert document["mean"]["memory_mb"] > 50
    assert json.loads((tmp_path / "figures.json").read_text()) == document
    assert all(words in table for words in ("macro-F1", "calibration error", "Brier", "coverage at 95 % precision"))


@pytest.mark.parametrize(("shots", "rows", "seeds"), [(0, 0, 2), (2, 7, 2)])
def test_draws_are_averaged(shots: int, rows: int, seeds: int, files):
    _, document = evaluated(files, shots=shots, seeds=seeds)

    assert len(document["trials"]) == seeds
    accuracies = [trial["accuracy"] for trial in document["trials"]]
    assert document["mean"]["accuracy"] == pytest.approx(sum(accuracies) / seeds)
    if shots:
        assert document["mean"]["train_rows"] == rows


def test_one_label_is_refused_with_a_sentence(files, tmp_path: Path):
    (tmp_path / "train.csv").write_text("text,label\na b c,x\nd e f,x\n")

    with pytest.raises(CommandError, match="at least two labels"):
        evaluated(files)


def test_a_missing_file_is_refused_with_a_sentence(files, tmp_path: Path):
    with pytest.raises(CommandError, match="can't be read"):
        evaluated(files | {"train": tmp_path / "nowhere.csv"})


def test_codes_are_no_names_to_start_from(files, tmp_path: Path):
    (tmp_path / "train.csv").write_text("text,label\na b c,1\nd e f,2\n")

    with pytest.raises(CommandError, match="names of the labels"):
        evaluated(files, shots=0)
