"""How good a classifier is on texts that it has not seen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from tickets.triage.fitted import Classifier
from tickets.triage.suggestion import Suggestion
from tickets.triage.thresholds import PRECISION, lowest_with_precision

if TYPE_CHECKING:
    import numpy as np

_BINS = 15


@dataclass(frozen=True)
class LabelFigures:
    label: str
    examples: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class CalibrationBin:
    """Of `examples` that were promised `promised` on average, the share `kept` was right."""

    examples: int
    promised: float
    kept: float


@dataclass(frozen=True)
class Figures:
    """Shares between 0 and 1. What there was nothing to measure on is None.

    `automatic_*`, `suggested` and `abstained` are about the thresholds inside the classifier;
    `coverage_at_precision` asks the test rows themselves how many could be decided at 95 %.
    """

    examples: int
    labels: int
    unknown_labels: int
    accuracy: float
    top_three: float
    macro_f1: float
    calibration_error: float
    brier: float
    coverage_at_precision: float
    automatic_coverage: float
    automatic_precision: float | None
    suggested: float
    abstained: float
    out_of_scope_recall: float | None
    in_scope_kept: float
    by_label: list[LabelFigures]
    calibration: list[CalibrationBin]
    confusions: list[tuple[str, str, int]]

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def evaluate(
    classifier: Classifier,
    texts: Sequence[str],
    labels: Sequence[str],
    out_of_scope: Sequence[str] = (),
    *,
    embeddings: "np.ndarray | None" = None,
) -> Figures:
    """A label that the classifier doesn't know counts as a mistake. Raises ValueError without any text."""
    if not texts or len(texts) != len(labels):
        raise ValueError(f"Evaluating needs a label for each text; there are {len(texts)} texts, {len(labels)} labels.")
    suggestions = classifier.predict(texts, embeddings=embeddings)
    strangers = classifier.predict(out_of_scope) if out_of_scope else []
    return figures_of(suggestions, labels, strangers, known=classifier.labels)


def figures_of(
    suggestions: Sequence[Suggestion], labels: Sequence[str], strangers: Sequence[Suggestion], *, known: Sequence[str]
) -> Figures:
    """From predictions that were made before, say those kept with the tickets."""
    import numpy as np

    correct = np.array([said.label == label for said, label in zip(suggestions, labels, strict=True)])
    probability = np.array([said.probability for said in suggestions])
    confident = np.array([said.confidence for said in suggestions])
    automatic = np.array([said.outcome == "automatic" for said in suggestions])
    abstained = np.array([said.outcome == "abstained" for said in suggestions])
    by_label = _by_label([said.label for said in suggestions], labels)
    calibration = _calibration(probability, correct)
    return Figures(
        examples=len(labels),
        labels=len(by_label),
        unknown_labels=len(set(labels) - set(known)),
        accuracy=float(correct.mean()),
        top_three=float(np.mean([_is_among(said, label, 3) for said, label in zip(suggestions, labels, strict=True)])),
        macro_f1=float(np.mean([label.f1 for label in by_label])),
        calibration_error=sum(b.examples * abs(b.promised - b.kept) for b in calibration) / len(labels),
        brier=float(np.mean([_brier(said, label) for said, label in zip(suggestions, labels, strict=True)])),
        coverage_at_precision=float(
            (confident >= lowest_with_precision(confident, correct, precision=PRECISION)).mean()
        ),
        automatic_coverage=float(automatic.mean()),
        automatic_precision=float(correct[automatic].mean()) if automatic.any() else None,
        suggested=float((~automatic & ~abstained).mean()),
        abstained=float(abstained.mean()),
        out_of_scope_recall=_share_abstained(strangers),
        in_scope_kept=float((~abstained).mean()),
        by_label=by_label,
        calibration=calibration,
        confusions=_confusions([said.label for said in suggestions], labels),
    )


def _by_label(predicted: Sequence[str], labels: Sequence[str]) -> list[LabelFigures]:
    """Of the labels that occur among `labels`: nobody can be right about the others."""
    figures = []
    for label in sorted(set(labels)):
        right = sum(a == b == label for a, b in zip(predicted, labels, strict=True))
        said, there = list(predicted).count(label), list(labels).count(label)
        precision, recall = right / said if said else 0.0, right / there
        f1 = 2 * right / (said + there)
        figures.append(LabelFigures(label, there, precision, recall, f1))
    return figures


def _calibration(probability: "np.ndarray", correct: "np.ndarray") -> list[CalibrationBin]:
    import numpy as np

    places = np.minimum((probability * _BINS).astype(int), _BINS - 1)
    return [
        CalibrationBin(int(here.sum()), float(probability[here].mean()), float(correct[here].mean()))
        for here in (places == place for place in range(_BINS))
        if here.any()
    ]


def _brier(said: Suggestion, label: str) -> float:
    """The squared distance between what was promised and what was true: 0 is best, 2 worst."""
    promised = dict(said.ranked)
    return sum(p * p for p in promised.values()) - 2 * promised.get(label, 0.0) + 1


def _is_among(said: Suggestion, label: str, count: int) -> bool:
    return label in [name for name, _ in said.ranked[:count]]


def _share_abstained(strangers: Sequence[Suggestion]) -> float | None:
    return sum(said.outcome == "abstained" for said in strangers) / len(strangers) if strangers else None


def _confusions(predicted: Sequence[str], labels: Sequence[str], *, most: int = 20) -> list[tuple[str, str, int]]:
    """(true, predicted, how often), the commonest mistakes first."""
    from collections import Counter

    mistakes = Counter((b, a) for a, b in zip(predicted, labels, strict=True) if a != b)
    return [(true, said, count) for (true, said), count in sorted(mistakes.items(), key=lambda m: (-m[1], m[0]))[:most]]
