"""How sure the classifier has to be before it acts alone, and before it says anything."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.triage.suggestion import Outcome

if TYPE_CHECKING:
    import numpy as np

PRECISION = 0.95
# Of what belongs to a label, this share may be turned away as unfamiliar.
TURNED_AWAY = 0.035
FEWEST_EXAMPLES = 50
# The threshold that looks best on few examples owes some of it to luck.
_MARGIN = 0.5
# Without examples to learn it from.
_FAMILIAR = 0.15
NEVER = 2.0


@dataclass(frozen=True)
class Thresholds:
    """A confidence of `automatic` and more decides alone; below `suggested` nothing is said."""

    automatic: float = NEVER
    suggested: float = _FAMILIAR

    def outcome(self, confident: float) -> Outcome:
        if confident >= self.automatic:
            return "automatic"
        return "suggested" if confident >= self.suggested else "abstained"


def confidence(probability: "np.ndarray", similarity: "np.ndarray") -> "np.ndarray":
    """Sure of the label, and close to something seen before: one of the two alone is not enough."""
    import numpy as np

    return np.sqrt(probability) * np.clip(similarity, 0.0, 1.0)


def choose_thresholds(confident: "np.ndarray", correct: "np.ndarray") -> Thresholds:
    """From examples that the classifier had not seen."""
    import numpy as np

    if len(confident) < FEWEST_EXAMPLES:
        return Thresholds()
    suggested = float(np.quantile(confident, TURNED_AWAY))
    automatic = lowest_with_precision(confident, correct, margin=_MARGIN)
    return Thresholds(max(automatic, suggested), suggested)


def lowest_with_precision(
    confident: "np.ndarray", correct: "np.ndarray", *, precision: float = PRECISION, margin: float = 0.0
) -> float:
    """The lowest confidence from which on enough is right; NEVER when there is none. `margin`: in standard errors."""
    import numpy as np

    order = np.argsort(-confident, kind="stable")
    right, count = np.cumsum(correct[order]), np.arange(1, len(order) + 1)
    enough = right / count >= precision + margin * np.sqrt(precision * (1 - precision) / count)
    # A lucky handful at the top proves nothing.
    enough[: math.ceil(1 / (1 - precision))] = False
    return float(confident[order][np.flatnonzero(enough)[-1]]) if enough.any() else NEVER
