"""Labelled tickets make a classifier that is right often enough, knows when it isn't, and says why."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.triage.reading.tickets import CATEGORIES, LabelledTickets
from tickets.triage.archive import BrokenModel
from tickets.triage.classifier import Classifier, NothingToLearn, cold_start, fit
from tickets.triage.encoder import Encoder
from tickets.triage.evaluation import evaluate
from tickets.triage.fitted import WrongEncoder
from tickets.triage.minilm.running import MiniLM
from tickets.triage.thresholds import NEVER


@pytest.fixture(scope="module")
def classifier(train: LabelledTickets, minilm: MiniLM) -> Classifier:
    return fit(train.texts, train.labels, encoder=minilm, descriptions=CATEGORIES, seed=0)


@pytest.fixture(scope="module")
def by_words(train: LabelledTickets, words_only: Encoder) -> Classifier:
    return fit(train.texts, train.labels, encoder=words_only, descriptions=CATEGORIES, seed=0)


def predicted(classifier: Classifier, encoder: Encoder, *texts: str):
    return classifier.predict(texts, embeddings=encoder.encode(texts))


def test_two_hundred_tickets_are_enough_for_seven_categories(classifier, minilm, unseen):
    figures = evaluate(classifier, unseen.texts, unseen.labels, embeddings=minilm.encode(unseen.texts))

    assert figures.macro_f1 >= 0.78
    assert figures.top_three >= 0.92
    assert figures.calibration_error <= 0.10
    assert {label.label for label in figures.by_label} == set(CATEGORIES)


def test_words_alone_are_better_than_the_commonest_category(by_words, words_only, unseen):
    figures = evaluate(by_words, unseen.texts, unseen.labels)

    assert figures.accuracy >= 0.60


def test_what_is_sure_is_automatic_and_what_is_strange_is_not(classifier, minilm):
    sure, strange, empty = predicted(
        classifier,
        minilm,
        "My credit card was charged twice this month, please refund one payment.",
        "colorless green ideas sleep furiously beneath the parliament of owls",
        "",
    )

    assert (sure.label, sure.outcome) == ("payment", "automatic")
    assert strange.outcome != "automatic"
    assert empty.outcome == "abstained"
    assert empty.confidence == 0


def test_a_suggestion_names_its_reasons(classifier, minilm, train):
    [said] = predicted(classifier, minilm, "Our invoice shows the wrong VAT, please correct the invoice.")

    assert said.label == "billing"
    assert sum(probability for _, probability in said.ranked) == pytest.approx(1)
    assert [probability for _, probability in said.ranked] == sorted((p for _, p in said.ranked), reverse=True)
    assert "invoice" in " ".join(said.terms)
    assert len(said.nearest) == 3
    assert train.labels[said.nearest[0].index] == "billing"
    assert said.nearest[0].similarity >= said.nearest[2].similarity


def test_no_term_of_one_or_two_tickets_is_kept(minilm):
    texts = ["invoice invoice wrong"] * 5 + ["door stays shut"] * 5 + ["zanzibar invoice", "zanzibar door"]

    classifier = fit(texts, ["billing"] * 5 + ["technical"] * 5 + ["billing", "technical"], encoder=minilm)

    assert "invoice" in classifier.terms.names
    assert not any("zanz" in term for term in classifier.terms.names)


def test_names_alone_suggest_and_never_decide(minilm, unseen):
    classifier = cold_start(CATEGORIES, encoder=minilm)

    said = classifier.predict(unseen.texts, embeddings=minilm.encode(unseen.texts))

    assert classifier.thresholds.automatic == NEVER
    assert {each.outcome for each in said} <= {"suggested", "abstained"}
    assert all(each.nearest == [] for each in said)
    right = sum(each.label == label for each, label in zip(said, unseen.labels, strict=True))
    assert right / len(said) >= 0.45


def test_a_category_without_tickets_gains_from_its_description(minilm, train):
    described = CATEGORIES | {"catering": "Catering. Food, coffee, lunch and drinks for events."}

    classifier = fit(train.texts, train.labels, encoder=minilm, descriptions=described)

    lunch, vat = predicted(classifier, minilm, "Please order coffee and lunch for our event.", "The VAT is wrong.")
    assert dict(lunch.ranked)["catering"] > 2 * dict(vat.ranked)["catering"]


@pytest.mark.parametrize(
    "labels", [["a", "b"], ["a", "a", "b"], ["a", "b", "c", "d"], ["a"] * 9 + ["b"]], ids=lambda labels: "".join(labels)
)
@pytest.mark.parametrize("encoder", ["minilm", "words_only"])
def test_a_handful_of_tickets_is_learned_but_decides_nothing(labels, encoder, request):
    encoder = request.getfixturevalue(encoder)
    texts = [f"the {label} thing number {'i' * n} is broken" for n, label in enumerate(labels)]

    classifier = fit(texts, labels, encoder=encoder)

    said = classifier.predict(texts, embeddings=encoder.encode(texts))
    assert {each.outcome for each in said} <= {"suggested", "abstained"}
    assert all(np.isfinite(probability) for each in said for _, probability in each.ranked)


@pytest.mark.parametrize(("texts", "labels"), [([], []), (["one text"], ["only"]), (["a", "b"], ["same", "same"])])
def test_nothing_is_learned_from_nothing(texts, labels, words_only):
    with pytest.raises(NothingToLearn):
        fit(texts, labels, encoder=words_only)


def test_the_same_tickets_give_the_same_classifier(by_words, train, words_only):
    again = fit(train.texts, train.labels, encoder=words_only, descriptions=CATEGORIES, seed=0)

    assert again.to_bytes() == by_words.to_bytes()


def test_more_weight_moves_the_answer(words_only):
    texts = ["door and invoice"] * 10
    labels = ["technical", "billing"] * 5

    towards = [
        dict(fit(texts, labels, encoder=words_only, weights=weights).predict(["door and invoice"])[0].ranked)
        for weights in ([9, 1] * 5, [1, 9] * 5)
    ]

    assert towards[0]["technical"] > towards[1]["technical"]


def test_a_stop_between_folds_stops_the_training(train, words_only):
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fit(train.texts, train.labels, encoder=words_only, progress=progress)
    assert told == [(0, 6), (1, 6), (2, 6)]


def test_a_stored_classifier_says_the_same(classifier, minilm, unseen):
    again = Classifier.from_bytes(classifier.to_bytes())

    points = minilm.encode(unseen.texts)
    assert again.predict(unseen.texts, embeddings=points) == classifier.predict(unseen.texts, embeddings=points)


@pytest.mark.parametrize("change", ["empty", "cut", "noise", "pickle"])
def test_a_damaged_file_is_refused_and_runs_nothing(change, by_words):
    stored = by_words.to_bytes()
    damaged = {
        "empty": b"",
        "cut": stored[: len(stored) // 2],
        "noise": stored[:200] + b"\x00" * 50 + stored[250:],
        "pickle": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
    }[change]

    with pytest.raises(BrokenModel):
        Classifier.from_bytes(damaged)


def test_another_encoder_is_refused(by_words, minilm):
    with pytest.raises(WrongEncoder):
        by_words.check(minilm)


def test_predicting_needs_no_training_library(by_words, tmp_path: Path):
    file = tmp_path / "classifier"
    file.write_bytes(by_words.to_bytes())
    program = (
        "import sys; from tickets.triage.classifier import Classifier;"
        f"said = Classifier.from_bytes(open({str(file)!r}, 'rb').read()).predict(['The invoice is wrong']);"
        "assert said[0].ranked; loaded = {name.split('.')[0] for name in sys.modules};"
        "sys.exit(str(loaded & {'sklearn', 'scipy', 'torch', 'onnx'}) if loaded & {'sklearn', 'scipy', 'torch', 'onnx'} else 0)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stderr
