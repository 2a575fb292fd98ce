"""Tickets written for this: several sentences, noise, a quarter German, rare categories; see tests/triage/data."""

import csv

from benchmarks.goal import Goal
from tests.triage.reading.tickets import CATEGORIES, read
from tickets.triage.classifier import fit
from tickets.triage.encoder import Encoder, encoder
from tickets.triage.evaluation import evaluate
from tickets.triage.likeness import RareWords, blended
from tickets.triage.minilm.making import make_model
from tickets.triage.minilm.place import model_file
from tickets.triage.reading_csv import LabelledTexts
from tickets.triage.text import cleaned

_FIRST = 5
DATA = "tests/triage/data"


def made_encoder() -> Encoder:
    make_model(model_file())
    return encoder("minilm")


def goals(encoder: Encoder) -> list[Goal]:
    train, test = read("train.csv"), read("test.csv")
    classifier = fit(train.texts, train.labels, encoder=encoder, descriptions=CATEGORIES, seed=0)
    figures = evaluate(classifier, test.texts, test.labels)
    print(f"Own set, {len(train.texts)} labelled: accuracy {figures.accuracy:.3f}; precision of", end=" ")
    print(f"automatic decisions {figures.automatic_precision} at coverage {figures.automatic_coverage:.2f}.")
    for label in figures.by_label:
        print(f"  {label.label:16} F1 {label.f1:.2f} ({label.examples} in the test)")
    return [
        Goal.at_least("own set, macro-F1 after 200 labelled", figures.macro_f1, 0.80, unit=""),
        Goal.at_least("own set, similar tickets, hit@5", _hits(train, test, encoder), 0.90, unit=""),
    ]


def _hits(train: LabelledTexts, test: LabelledTexts, encoder: Encoder) -> float:
    """Of new wordings, the share whose one twin is among the first five of all 360."""
    ids = [f"{name}-{i:03}" for name, set_ in (("train", train), ("test", test)) for i in range(1, len(set_.texts) + 1)]
    past = [*train.texts, *test.texts]
    points, words = encoder.encode(past), RareWords(past)
    with open(f"{DATA}/similar.csv", newline="", encoding="utf-8") as file:
        asked = [(cleaned("", row["text"]), row["like"]) for row in csv.DictReader(file)]
    hits = 0
    for text, twin in asked:
        scores = blended(words.scores(text), points @ encoder.encode([text])[0])
        found = [ids[place] for place in (-scores).argsort()[:_FIRST]]
        hits += twin in found
        if twin not in found:
            print(f"  not among the first {_FIRST}: {text}")
    return hits / len(asked)
