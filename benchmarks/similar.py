"""`./run bench similar`: tickets that ask much the same, among 100,000; how fast, and how often the right ones.

It says what the signatures lose against comparing with every ticket. With `--labelled FILE --questions FILE` (CSV with a text
and a label, or with title, description and label) it also counts how often one of the first five has the question's label,
and with `--twins FILE` (text,like: see tests/triage/data) how often the one ticket that tells of the same thing is among them.
"""

import argparse
import csv
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles

import numpy as np
from django.db import connection

from benchmarks.filling import fill
from benchmarks.goal import Goal, require_rows
from benchmarks.house import build_house
from benchmarks.measuring import milliseconds, seconds_of
from benchmarks.triage_own import made_encoder
from tickets.models import Message, Ticket, TicketVector
from tickets.triage.reading_csv import LabelledTexts, read_labelled
from tickets.triage.similar import closest, similar_to
from tickets.triage.text import cleaned
from tickets.triage.vectors import new_vector

TICKETS, DIMENSIONS, QUESTIONS, TOPICS = 100_000, 384, 300, 400


def run(argv: Sequence[str]) -> list[Goal]:
    parser = argparse.ArgumentParser(prog="./run bench similar")
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--questions", type=Path)
    parser.add_argument("--twins", type=Path)
    wanted = parser.parse_args(argv)
    fill(build_house(), TICKETS, unresolved=TICKETS // 10)
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    vectors = _around_topics(len(keys))
    _keep(keys, vectors, "bench")
    require_rows("vectors", TicketVector.objects.count(), at_least=TICKETS)
    goals = [*_speed(keys), _kept(keys, vectors)]
    if wanted.labelled and wanted.questions:
        past, asked = read_labelled(wanted.labelled), read_labelled(wanted.questions)
        desk = _Past(keys)
        goals.append(_hits(desk, past, asked))
        if wanted.twins:
            names = {wanted.labelled.stem: past.texts, wanted.questions.stem: asked.texts}
            goals.append(_twins(desk, names, wanted.twins))
    return goals


def _speed(keys: list[int]) -> list[Goal]:
    asked = Ticket.objects.in_bulk(keys[:: len(keys) // QUESTIONS])
    for ticket in list(asked.values())[:5]:
        similar_to(ticket, among=Ticket.objects.all())
    everything = Ticket.objects.all()
    taken = [seconds_of(partial(similar_to, ticket, among=everything)) for ticket in asked.values()]
    return [
        Goal.at_most(
            f"similar tickets among {TICKETS:,}, p95", milliseconds(quantiles(taken, n=20)[-1]), 150, unit="ms"
        )
    ]


def _kept(keys: list[int], vectors: np.ndarray) -> Goal:
    """Of the five truly closest, how many the signatures let through."""
    found = total = 0
    for place in range(0, len(keys), len(keys) // 100):
        exact = np.argsort(-(vectors @ vectors[place]))[1:6]
        truth = {keys[other] for other in exact if vectors[other] @ vectors[place] >= 0.45}
        shown = closest(vectors[place], "bench", "", among=Ticket.objects.exclude(pk=keys[place]))
        found, total = found + len(truth & {one.ticket.pk for one in shown}), total + len(truth)
    return Goal.at_least("of the five closest, found by signature", found / total, 0.95, unit="share")


class _Past:
    """Tickets of the desk that are made to say what a file says, and nothing else is looked through."""

    def __init__(self, keys: list[int]) -> None:
        self.keys, self.encoder = keys, made_encoder()

    def say(self, texts: Sequence[str]) -> list[int]:
        TicketVector.objects.all().delete()
        here = self.keys[-len(texts) :]
        Ticket.objects.filter(pk__in=here).update(title="")
        first = Message.objects.filter(ticket__in=here).order_by("ticket_id", "pk").distinct("ticket_id")
        for message, text in zip(first, texts, strict=True):
            Message.objects.filter(pk=message.pk).update(body=text)
        _keep(here, self.encoder.encode(texts), self.encoder.digest)
        return here

    def first_five(self, texts: Sequence[str]) -> list[list[int]]:
        vectors = self.encoder.encode(texts)
        everything, digest = Ticket.objects.all(), self.encoder.digest
        return [
            [one.ticket.pk for one in closest(vector, digest, text, among=everything)]
            for vector, text in zip(vectors, texts, strict=True)
        ]


def _hits(desk: _Past, past: LabelledTexts, asked: LabelledTexts) -> Goal:
    label_of = dict(zip(desk.say(past.texts), past.labels, strict=True))
    found = desk.first_five(asked.texts)
    hits = sum(label in {label_of[key] for key in keys} for keys, label in zip(found, asked.labels, strict=True))
    right = sum(label_of[key] == label for keys, label in zip(found, asked.labels, strict=True) for key in keys)
    shown = sum(map(len, found))
    print(f"{shown / len(found):.1f} tickets shown a question; {right / shown:.0%} of them have its label.")
    return Goal.at_least("one of the first five has the same label", hits / len(found), 0.9, unit="share")


def _twins(desk: _Past, past: Mapping[str, Sequence[str]], file: Path) -> Goal:
    names = [f"{name}-{number:03}" for name, texts in past.items() for number in range(1, len(texts) + 1)]
    key_of = dict(zip(names, desk.say([text for texts in past.values() for text in texts]), strict=True))
    with file.open(newline="", encoding="utf-8") as rows:
        asked = [(cleaned("", row["text"]), key_of[row["like"]]) for row in csv.DictReader(rows)]
    found = desk.first_five([text for text, _twin in asked])
    hits = sum(twin in keys for keys, (_text, twin) in zip(found, asked, strict=True))
    return Goal.at_least("the twin is among the first five", hits / len(asked), 0.9, unit="share")


def _around_topics(count: int) -> np.ndarray:
    """Like meanings: in crowds around topics, on the sphere."""
    random = np.random.default_rng(1)
    topics = random.standard_normal((TOPICS, DIMENSIONS)).astype(np.float32)
    rows = topics[random.integers(0, TOPICS, count)] + 0.9 * random.standard_normal((count, DIMENSIONS)).astype(
        np.float32
    )
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _keep(keys: Sequence[int], vectors: np.ndarray, digest: str) -> None:
    for start in range(0, len(keys), 2000):
        TicketVector.objects.bulk_create(
            new_vector(key, vector, digest)
            for key, vector in zip(keys[start : start + 2000], vectors[start : start + 2000], strict=True)
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE tickets_ticketvector")
