"""`./run bench similar`: tickets that ask much the same, among 100,000; how fast, and how often the right ones.

With `--labelled FILE --questions FILE` (CSV of text,label) it also counts how often one of the first five has the
question's label. Without, it says what the signatures lose against comparing with every ticket.
"""

import argparse
import csv
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles

import numpy as np
from django.db import connection

from benchmarks.filling import fill
from benchmarks.goal import Goal, require_rows
from benchmarks.house import build_house
from benchmarks.measuring import milliseconds, seconds_of
from tickets.models import Ticket, TicketVector
from tickets.services.training import best_encoder
from tickets.triage.encoder import encoder
from tickets.triage.similar import closest, similar_to
from tickets.triage.vectors import new_vector

TICKETS, DIMENSIONS, QUESTIONS, TOPICS = 100_000, 384, 300, 400


def run(argv: Sequence[str]) -> list[Goal]:
    parser = argparse.ArgumentParser(prog="./run bench similar")
    parser.add_argument("--labelled", type=Path)
    parser.add_argument("--questions", type=Path)
    wanted = parser.parse_args(argv)
    fill(build_house(), TICKETS, unresolved=TICKETS // 10)
    keys = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))
    vectors = _around_topics(len(keys))
    _keep(keys, vectors, "bench")
    require_rows("vectors", TicketVector.objects.count(), at_least=TICKETS)
    goals = [*_speed(keys), _kept(keys, vectors)]
    if wanted.labelled and wanted.questions:
        goals.append(_hits(keys, _read(wanted.labelled), _read(wanted.questions)))
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
        shown = closest(vectors[place], "bench", among=Ticket.objects.exclude(pk=keys[place]))
        found, total = found + len(truth & {one.ticket.pk for one in shown}), total + len(truth)
    return Goal.at_least("of the five closest, found by signature", found / total, 0.95, unit="share")


def _hits(keys: list[int], past: list[tuple[str, str]], questions: list[tuple[str, str]]) -> Goal:
    name = best_encoder() or "none"
    model = encoder(name)
    TicketVector.objects.all().delete()
    here = keys[-len(past) :]
    _keep(here, model.encode([text for text, _label in past]), model.digest)
    label_of = dict(zip(here, (label for _text, label in past), strict=True))
    asked = model.encode([text for text, _label in questions])
    hits = sum(
        any(label_of[one.ticket.pk] == label for one in closest(vector, model.digest, among=Ticket.objects.all()))
        for vector, (_text, label) in zip(asked, questions, strict=True)
    )
    return Goal.at_least(f"one of the first five has the same label, {name}", hits / len(questions), 0.9, unit="share")


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


def _read(path: Path) -> list[tuple[str, str]]:
    with path.open(newline="") as file:
        rows = list(csv.reader(file))
    head = rows[0] if rows and rows[0][-1].lower() in {"label", "category", "intent"} else None
    return [(row[0], row[-1]) for row in rows[1 if head else 0 :]]
