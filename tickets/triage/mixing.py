"""Makes one calibrated probability of the scores of several heads, learnt on rows that the heads had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_ROUNDS = 50
_FEW = 20
# Between trust in nothing and certainty; what the fit may choose from.
_LARGEST = 30.0


@dataclass(frozen=True)
class Mixture:
    """`probabilities = softmax(Σ sharpness · scores)`: how much each head counts, and how sure the sum may be."""

    sharpness: tuple[float, ...]

    def probabilities(self, scores: Sequence["np.ndarray"]) -> "np.ndarray":
        import numpy as np

        return softmax(np.tensordot(self.sharpness, np.stack(scores), 1))


def fit_mixture(scores: Sequence["np.ndarray"], targets: "np.ndarray", *, prior: Mixture) -> Mixture:
    """The sharpness that makes the truth likeliest, drawn towards `prior` where examples are few (Newton's method)."""
    import numpy as np

    stacked = np.stack(scores).astype(np.float64)
    start = np.array(prior.sharpness)
    chosen = start.copy()
    for _ in range(_ROUNDS if len(targets) else 0):
        probabilities = softmax(np.tensordot(chosen, stacked, 1))
        expected = (stacked * probabilities).sum(axis=2)
        observed = stacked[:, np.arange(len(targets)), targets]
        pull = _FEW / start**2
        slope = (expected - observed).sum(axis=1) + pull * (chosen - start)
        spread = np.einsum("hnc,gnc,nc->hg", stacked, stacked, probabilities) - expected @ expected.T
        step = np.linalg.solve(spread + np.diag(pull), slope)
        moved = np.clip(chosen - step, 0.0, _LARGEST)
        if np.abs(moved - chosen).max() < 1e-4:
            break
        chosen = moved
    return Mixture(tuple(float(value) for value in chosen))


def softmax(scores: "np.ndarray") -> "np.ndarray":
    import numpy as np

    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)
