"""A ticket that tells of the same thing in other words is found among many."""

import csv
from pathlib import Path

import numpy as np

from tests.triage.reading.tickets import LabelledTickets
from tickets.triage.likeness import RareWords, blended
from tickets.triage.minilm.running import MiniLM

SIMILAR = Path(__file__).resolve().parents[1] / "data" / "similar.csv"


def test_a_rare_shared_word_counts_more_than_a_common_one():
    words = RareWords(["the printer jams", "the door jams", "the the the", "the invoice is late"])

    scores = words.scores("printer of the office")

    assert scores.argmax() == 0
    assert scores[2] < scores[0]
    assert (RareWords([]).scores("anything").size, words.scores("nothing shared").sum()) == (0, 0)


def test_words_decide_between_equal_meanings():
    cosines = np.array([0.5, 0.5], dtype=np.float32)

    assert blended(np.array([0.0, 3.0]), cosines).argmax() == 1
    assert blended(np.array([0.0, 0.0]), cosines).tolist() == [0.5, 0.5]


def test_the_twin_is_among_the_first_five(minilm: MiniLM, train: LabelledTickets, unseen: LabelledTickets):
    past = [*train.texts, *unseen.texts]
    ids = [f"train-{i:03}" for i in range(1, 201)] + [f"test-{i:03}" for i in range(1, 161)]
    points, words = minilm.encode(past), RareWords(past)
    with SIMILAR.open(newline="") as file:
        asked = [(row["text"], row["like"]) for row in csv.DictReader(file)]

    hits = sum(
        twin in [ids[i] for i in (-blended(words.scores(text), points @ minilm.encode([text])[0])).argsort()[:5]]
        for text, twin in asked
    )

    assert len(asked) == 60
    assert hits / len(asked) >= 0.90
