"""What a classifier learns from: labelled tickets, and after them the names and descriptions of the labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder

_DESCRIPTION_WEIGHT = 1.0
# Rare labels count for more than their number, common ones for less: 0 would be by number, 1 all alike.
_BALANCE = 0.5


class NothingToLearn(ValueError):
    """There is no labelled text, or only one label."""


@dataclass(frozen=True)
class Lessons:
    """Row by row; the first `tickets` rows are tickets, the others descriptions, which never count as examples of how
    right the classifier is. `targets`: places in `names`.
    """

    names: list[str]
    texts: list[str]
    points: "np.ndarray"
    targets: "np.ndarray"
    weights: "np.ndarray"
    tickets: int

    @classmethod
    def of(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        *,
        encoder: "Encoder",
        weights: Sequence[float] | None,
        descriptions: Mapping[str, str],
        embeddings: "np.ndarray | None",
    ) -> "Lessons":
        import numpy as np

        if len(texts) != len(labels):
            raise ValueError(f"{len(texts)} texts, but {len(labels)} labels.")
        names = sorted({*labels, *descriptions})
        if not texts or len(names) < 2:
            raise NothingToLearn("Learning needs labelled texts of at least two labels.")
        place = {name: i for i, name in enumerate(names)}
        described = sorted(descriptions)
        said = [descriptions[name] for name in described]
        points = encoder.encode(texts) if embeddings is None else embeddings
        given = np.ones(len(texts)) if weights is None else np.asarray(weights, dtype=float)
        targets = np.array([place[label] for label in [*labels, *described]])
        return cls(
            names=names,
            texts=[*texts, *said],
            points=np.concatenate([points, encoder.encode(said)]),
            targets=targets,
            weights=np.concatenate([given, np.full(len(said), _DESCRIPTION_WEIGHT)]) * _balanced(targets, len(names)),
            tickets=len(texts),
        )

    @property
    def ticket_targets(self) -> "np.ndarray":
        return self.targets[: self.tickets]

    @property
    def described(self) -> "np.ndarray":
        """The rows of the descriptions."""
        import numpy as np

        return np.arange(self.tickets, len(self.texts))


def _balanced(targets: "np.ndarray", count: int) -> "np.ndarray":
    import numpy as np

    rows = np.bincount(targets, minlength=count)
    factors: np.ndarray = (len(targets) / np.count_nonzero(rows) / np.maximum(rows, 1)) ** _BALANCE
    return factors[targets]
