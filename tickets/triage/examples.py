"""The past tickets that the classifier was fitted on, as points: what is near, and how near."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

_ROWS_AT_ONCE = 256


@dataclass(frozen=True)
class Near:
    """For each text: the places of the nearest examples with their cosines, nearest first; and of each label the
    cosine to its nearest example, 0 for a label without any.
    """

    places: "np.ndarray"
    similarities: "np.ndarray"
    by_label: "np.ndarray"

    @property
    def nearest(self) -> "np.ndarray":
        return self.by_label.max(axis=1)


@dataclass(frozen=True)
class Examples:
    """`points` in half precision: a third digit is enough to tell what is nearest. `targets`: the label of each.

    Of a cold start these are the descriptions of the labels.
    """

    points: "np.ndarray"
    targets: "np.ndarray"
    are_tickets: bool = True

    def near(self, points: "np.ndarray", *, count: int, labels: int) -> Near:
        import numpy as np

        order, there, firsts, known = self._by_label
        count = min(count, len(order))
        places = np.zeros((len(points), count), dtype=np.int64)
        similarities = np.zeros((len(points), count), dtype=np.float32)
        by_label = np.zeros((len(points), labels), dtype=np.float32)
        for start in range(0, len(points) if len(order) else 0, _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            cosines = points[rows] @ known
            by_label[rows, there] = np.maximum.reduceat(cosines, firsts, axis=1)
            top = np.argpartition(-cosines, count - 1, axis=1)[:, :count] if count else places[rows]
            best = np.argsort(-np.take_along_axis(cosines, top, 1), axis=1, kind="stable")
            top = np.take_along_axis(top, best, 1)
            places[rows], similarities[rows] = order[top], np.take_along_axis(cosines, top, 1)
        return Near(places, similarities, by_label)

    @cached_property
    def _by_label(self) -> "tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]":
        """Places in the order of their labels, those labels, where each begins, and the points in full precision.

        Kept: making it anew for each ticket costs more than reading the ticket.
        """
        import numpy as np

        order = np.argsort(self.targets, kind="stable")
        there, firsts = np.unique(self.targets[order], return_index=True)
        return order, there, firsts, np.ascontiguousarray(self.points[order].astype(np.float32).T)
