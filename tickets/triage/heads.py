"""The two linear models that read a ticket: one its meaning (a point), one its words. Trained with scikit-learn."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.triage.terms import Rows

if TYPE_CHECKING:
    import numpy as np

# Chosen by cross-validation on training rows alone; see docs/TRIAGE.md.
_MEANING_C = (5.0, 20.0)
_MEANING_WEIGHT = 500.0
_WORDS_C = 0.5
_MOST_ITERATIONS = 300


@dataclass(frozen=True)
class MeaningHead:
    """A score for each label from the point of a text: `points @ weights + bias`."""

    weights: "np.ndarray"
    bias: "np.ndarray"

    def scores(self, points: "np.ndarray") -> "np.ndarray":
        return points @ self.weights + self.bias


@dataclass(frozen=True)
class WordsHead:
    """A score for each label from the terms of a text. `weights`: terms × labels, half precision."""

    weights: "np.ndarray"
    bias: "np.ndarray"

    def scores(self, rows: Rows) -> "np.ndarray":
        import numpy as np

        scores = np.tile(self.bias, (len(rows.starts) - 1, 1))
        for i in range(len(scores)):
            columns, values = rows.row(i)
            scores[i] += values @ self.weights[columns].astype(np.float32)
        return scores


def fit_meaning(points: "np.ndarray", targets: "np.ndarray", weights: "np.ndarray", *, count: int) -> MeaningHead:
    """Multinomial logistic regression. Labels that no target has get no chance."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    # The more rows a label has, the less each may pull.
    strength = np.clip(_MEANING_WEIGHT * count / len(targets), *_MEANING_C)
    model = LogisticRegression(C=float(strength), max_iter=_MOST_ITERATIONS, tol=1e-3)
    # The other core belongs to those who work at the desk meanwhile.
    with threadpool_limits(1):
        model.fit(points, targets, sample_weight=weights)
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]) / 2, np.concatenate([-bias, bias]) / 2
    return MeaningHead(*_spread(coefficients.T, bias, model.classes_, count))


def fit_words(rows: Rows, width: int, targets: "np.ndarray", weights: "np.ndarray", *, count: int) -> WordsHead:
    """A linear support vector machine for each label against the rest."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    if not width:
        # So few texts that they share no term.
        return WordsHead(np.zeros((0, count), dtype=np.float16), np.zeros(count, dtype=np.float32))
    matrix = csr_matrix((rows.values, rows.columns, rows.starts), shape=(len(targets), width))
    model = LinearSVC(C=_WORDS_C, tol=1e-3, random_state=0)
    model.fit(matrix, targets, sample_weight=weights)
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    spread = _spread(coefficients.T, bias, model.classes_, count)
    return WordsHead(spread[0].astype(np.float16), spread[1])


def _spread(
    weights: "np.ndarray", bias: "np.ndarray", classes: "np.ndarray", count: int
) -> tuple["np.ndarray", "np.ndarray"]:
    """From the classes that were seen to all of them."""
    import numpy as np

    all_weights = np.zeros((len(weights), count), dtype=np.float32)
    all_bias = np.full(count, bias.min() - 2.0, dtype=np.float32)
    all_weights[:, classes], all_bias[classes] = weights, bias
    return all_weights, all_bias
