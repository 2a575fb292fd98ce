"""Makes a classifier: from labelled tickets, or at first from the names and descriptions of the labels alone."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from tickets.triage.examples import Examples
from tickets.triage.fitted import Classifier
from tickets.triage.folds import folds
from tickets.triage.heads import MeaningHead, WordsHead, fit_meaning, fit_words
from tickets.triage.lessons import Lessons, NothingToLearn
from tickets.triage.mixing import Mixture, fit_mixture
from tickets.triage.terms import Rows, Terms
from tickets.triage.thresholds import Thresholds, choose_thresholds, confidence

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder

__all__ = ["Classifier", "NothingToLearn", "Progress", "cold_start", "fit"]

Progress = Callable[[int, int], None]

# How much meaning, words and the nearest example count before examples say so; see `mixing`.
_BELIEVED = {"minilm": Mixture((1.5, 1.2, 1.5)), "none": Mixture((0.5, 3.0, 1.0))}
# Of a cold start: a likeness of 1 against one of 0 is worth this much in a score.
_FROM_NAMES = Mixture((12.0, 1.0, 0.0))


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    encoder: "Encoder",
    weights: Sequence[float] | None = None,
    descriptions: Mapping[str, str] | None = None,
    embeddings: "np.ndarray | None" = None,
    progress: Progress | None = None,
    seed: int = 0,
) -> Classifier:
    """`embeddings`: of the texts, when they are stored. `progress(done, total)` may raise to stop.

    The same arguments give the same classifier. Labels of `descriptions` without any text can be predicted, too.
    Raises NothingToLearn.
    """
    import numpy as np

    described = dict(descriptions or {})
    lessons = Lessons.of(texts, labels, encoder=encoder, weights=weights, descriptions=described, embeddings=embeddings)
    terms = Terms.found_in(texts, always=described.values())
    rows = terms.rows(lessons.texts)
    scores, is_judged = _judged_unseen(lessons, rows, len(terms.names), progress or _ignore, seed)
    targets = lessons.ticket_targets
    mixture = fit_mixture([part[is_judged] for part in scores], targets[is_judged], prior=_BELIEVED[encoder.name])
    probabilities = mixture.probabilities(scores)
    confident = confidence(probabilities.max(axis=1), scores[2].max(axis=1))
    meaning, words = _heads(lessons, rows, len(terms.names), np.arange(len(lessons.texts)))
    return Classifier(
        labels=lessons.names,
        encoder_name=encoder.name,
        encoder_digest=encoder.digest,
        terms=terms,
        meaning=meaning,
        words=words,
        mixture=mixture,
        thresholds=choose_thresholds(confident, probabilities.argmax(axis=1) == targets),
        examples=_examples(lessons, np.arange(lessons.tickets)),
    )


def cold_start(descriptions: Mapping[str, str], *, encoder: "Encoder") -> Classifier:
    """Knows the labels by their names and descriptions alone, so it suggests and never decides."""
    import numpy as np

    if len(descriptions) < 2:
        raise NothingToLearn("Telling labels apart needs at least two of them.")
    names = sorted(descriptions)
    said = [descriptions[name] for name in names]
    points = encoder.encode(said)
    terms = Terms.found_in([], always=said)
    without_bias = np.zeros(len(names), dtype=np.float32)
    return Classifier(
        labels=names,
        encoder_name=encoder.name,
        encoder_digest=encoder.digest,
        terms=terms,
        meaning=MeaningHead(points.T.copy(), without_bias),
        words=WordsHead(_term_likeness(terms, said), without_bias),
        mixture=_FROM_NAMES,
        thresholds=Thresholds(),
        examples=Examples(points.astype(np.float16), np.arange(len(names)), are_tickets=False),
    )


def _ignore(_done: int, _total: int) -> None:
    pass


def _judged_unseen(
    lessons: Lessons, rows: Rows, width: int, progress: Progress, seed: int
) -> tuple[list["np.ndarray"], "np.ndarray"]:
    """The scores that each head gives to each ticket without having seen it; and where they mean anything, because the
    label of the ticket had been seen elsewhere.
    """
    import numpy as np

    count = len(lessons.names)
    fold = folds(lessons.ticket_targets, seed=seed)
    scores = [np.zeros((lessons.tickets, count)) for _ in range(3)]
    is_judged = np.zeros(lessons.tickets, dtype=bool)
    rounds = int(fold.max()) + 1
    for number in range(rounds):
        progress(number, rounds + 1)
        out, past = np.flatnonzero(fold == number), np.flatnonzero(fold != number)
        kept = np.concatenate([past, lessons.described])
        if len(set(lessons.targets[kept])) < 2:
            continue
        meaning, words = _heads(lessons, rows, width, kept)
        scores[0][out] = meaning.scores(lessons.points[out])
        scores[1][out] = words.scores(rows.taken(out))
        scores[2][out] = _examples(lessons, past).near(lessons.points[out], count=0, labels=count).by_label
        is_judged[out] = np.isin(lessons.targets[out], lessons.targets[kept])
    progress(rounds, rounds + 1)
    return scores, is_judged


def _heads(lessons: Lessons, rows: Rows, width: int, kept: "np.ndarray") -> tuple[MeaningHead, WordsHead]:
    targets, weights, count = lessons.targets[kept], lessons.weights[kept], len(lessons.names)
    meaning = fit_meaning(lessons.points[kept], targets, weights, count=count)
    return meaning, fit_words(rows.taken(kept), width, targets, weights, count=count)


def _examples(lessons: Lessons, kept: "np.ndarray") -> Examples:
    return Examples(lessons.points[kept].astype("float16"), lessons.targets[kept])


def _term_likeness(terms: Terms, said: Sequence[str]) -> "np.ndarray":
    import numpy as np

    rows = terms.rows(said)
    weights = np.zeros((len(terms.names), len(said)), dtype=np.float16)
    for i in range(len(said)):
        columns, values = rows.row(i)
        weights[columns, i] = values
    return weights
