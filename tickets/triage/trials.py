"""Trains on some rows and measures on others, several times with other draws: what is reported is the mean."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from statistics import mean
from typing import TYPE_CHECKING, Any

from tickets.triage.classifier import Classifier, NothingToLearn, cold_start, fit
from tickets.triage.evaluation import Figures, evaluate

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder


@dataclass(frozen=True)
class Plan:
    """`shots`: that many rows of each label; `sample`: that many rows at random; neither: all rows.

    `shots=0` is the cold start, which knows the names of the labels alone.
    """

    shots: int | None = None
    sample: int | None = None
    seeds: int = 1
    uses_names: bool = True


@dataclass(frozen=True)
class Trial:
    classifier: Classifier
    figures: Figures
    rows: int
    training_seconds: float


@dataclass(frozen=True)
class Rows:
    """Texts with their labels and points, encoded once for all trials."""

    texts: Sequence[str]
    labels: Sequence[str]
    points: "np.ndarray"

    @classmethod
    def of(cls, texts: Sequence[str], labels: Sequence[str], encoder: "Encoder") -> "Rows":
        return cls(texts, labels, encoder.encode(texts))

    def taken(self, places: Sequence[int]) -> "Rows":
        return Rows([self.texts[i] for i in places], [self.labels[i] for i in places], self.points[list(places)])


def try_out(
    train: Rows,
    test: Rows,
    out_of_scope: Sequence[str],
    plan: Plan,
    *,
    encoder: "Encoder",
    tell: Callable[[str], None],
) -> list[Trial]:
    names = spoken_names(set(train.labels)) if plan.uses_names else None
    trials = []
    for seed in range(plan.seeds):
        rows = drawn(train, plan, seed=seed)
        started = time.process_time()
        classifier = _trained(rows, plan, names, encoder, seed)
        taken = time.process_time() - started
        figures = evaluate(classifier, test.texts, test.labels, out_of_scope, embeddings=test.points)
        trials.append(Trial(classifier, figures, len(rows.texts), taken))
        tell(f"seed {seed}: {len(rows.texts):,} rows, {taken:.1f} s of training, accuracy {figures.accuracy:.4f}")
    return trials


def drawn(train: Rows, plan: Plan, *, seed: int) -> Rows:
    import numpy as np

    shuffled = [int(i) for i in np.random.default_rng(seed).permutation(len(train.texts))]
    if plan.sample is not None:
        return train.taken(shuffled[: plan.sample])
    if plan.shots is None:
        return train
    kept: list[int] = []
    seen: dict[str, int] = {}
    for place in shuffled:
        label = train.labels[place]
        seen[label] = seen.get(label, 0) + 1
        if seen[label] <= plan.shots:
            kept.append(place)
    return train.taken(kept)


def averages(trials: Sequence[Trial]) -> dict[str, float | None]:
    """Of every single number among the figures."""
    found: dict[str, float | None] = {}
    for field in fields(Figures):
        values: list[Any] = [getattr(trial.figures, field.name) for trial in trials]
        if all(isinstance(value, int | float) for value in values):
            found[field.name] = mean(values)
        elif all(value is None or isinstance(value, int | float) for value in values):
            found[field.name] = None
    return found


def spoken_names(labels: set[str]) -> Mapping[str, str] | None:
    """Names of labels as words: "card_arrival" is "card arrival". None when they are codes that say nothing."""
    spoken = {
        label: re.sub(r"[\W_]+", " ", re.sub(r"(?<=[a-zäöü])(?=[A-ZÄÖÜ])", " ", label)).strip().lower()
        for label in labels
    }
    says_something = sum(bool(re.search(r"[^\W\d_]{3}", name)) for name in spoken.values())
    return spoken if says_something == len(labels) else None


def _trained(rows: Rows, plan: Plan, names: Mapping[str, str] | None, encoder: "Encoder", seed: int) -> Classifier:
    if plan.shots == 0:
        if names is None:
            raise NothingToLearn(
                "Without rows only the names of the labels are left, and these say nothing or are not to be used."
            )
        return cold_start(names, encoder=encoder)
    return fit(rows.texts, rows.labels, encoder=encoder, embeddings=rows.points, descriptions=names, seed=seed)
