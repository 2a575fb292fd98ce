"""Splits examples so that each is judged by a model that has not seen it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_MANY = 3000


def folds(targets: "np.ndarray", *, seed: int) -> "np.ndarray":
    """The fold of each example. Every label is spread over the folds as evenly as it can be."""
    import numpy as np

    shuffled = np.random.default_rng(seed).permutation(len(targets))
    # Of few examples each fold may keep only few back.
    count = 3 if len(targets) > _MANY else 5
    by_label = shuffled[np.argsort(targets[shuffled], kind="stable")]
    fold = np.empty(len(targets), dtype=np.int32)
    fold[by_label] = np.arange(len(targets)) % count
    return fold
