"""Words, pairs of words and pieces of words as numbers (TF-IDF). The same code when a model is made and when it is used."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# A term of fewer tickets could name one of them.
TICKETS_A_TERM = 3
MOST_TERMS = 60_000
# Pieces of later words add cost, not knowledge.
_WORDS_IN_PIECES = 150
_PIECES = (3, 4, 5)
_WORD = re.compile(r"\w+")
# No word contains it, so pieces and words never meet.
_PIECE_MARK = "\t"


@dataclass(frozen=True)
class Rows:
    """A sparse matrix by rows: row i has `values[starts[i]:starts[i + 1]]` in the columns `columns[…]`."""

    starts: "np.ndarray"
    columns: "np.ndarray"
    values: "np.ndarray"

    def row(self, i: int) -> tuple["np.ndarray", "np.ndarray"]:
        span = slice(self.starts[i], self.starts[i + 1])
        return self.columns[span], self.values[span]

    def taken(self, kept: "np.ndarray") -> "Rows":
        import numpy as np

        lengths = np.diff(self.starts)[kept]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        inside = np.repeat(self.starts[:-1][kept] - starts[:-1], lengths) + np.arange(starts[-1])
        return Rows(starts, self.columns[inside], self.values[inside])


@dataclass(frozen=True)
class Terms:
    """`names` are the columns; `rarity` is each one's inverse document frequency."""

    names: list[str]
    rarity: "np.ndarray"

    @classmethod
    def found_in(cls, texts: Sequence[str], *, always: Iterable[str] = ()) -> "Terms":
        """What occurs in at least TICKETS_A_TERM texts. The words of `always` (names of labels) need no such proof."""
        import numpy as np

        tickets: Counter[str] = Counter()
        for text in texts:
            tickets.update(set(_counted(text)))
        known = {term for text in always for term in _counted(text)}
        often = [(n, term) for term, n in tickets.items() if n >= TICKETS_A_TERM or term in known]
        names = sorted(term for _, term in sorted(often, key=lambda pair: (-pair[0], pair[1]))[:MOST_TERMS])
        seen = np.array([tickets[name] for name in names], dtype=np.float32)
        return cls(names, np.log((1 + len(texts)) / (1 + seen)) + 1)

    def rows(self, texts: Sequence[str]) -> Rows:
        """Words and pieces each have unit length, so that neither drowns the other."""
        import numpy as np

        starts, columns, values = [0], [], []
        for text in texts:
            row = self._row(_counted(text))
            columns.append(row[0])
            values.append(row[1])
            starts.append(starts[-1] + len(row[0]))
        return Rows(np.array(starts, dtype=np.int32), _joined(columns, np.int32), _joined(values, np.float32))

    def is_word(self, column: int) -> bool:
        return not self.names[column].startswith(_PIECE_MARK)

    def _row(self, counted: Counter[str]) -> tuple["np.ndarray", "np.ndarray"]:
        import numpy as np

        found = sorted((self._column[term], n) for term, n in counted.items() if term in self._column)
        columns = np.array([column for column, _ in found], dtype=np.int32)
        values = (1 + np.log(np.array([n for _, n in found], dtype=np.float32))) * self.rarity[columns]
        # Sorted by name, pieces come first: the mark sorts before every letter.
        pieces = int(np.searchsorted(columns, self._first_word))
        for part in (values[:pieces], values[pieces:]):
            if part.size:
                part /= np.linalg.norm(part)
        return columns, values.astype(np.float32)

    @cached_property
    def _column(self) -> dict[str, int]:
        return {name: column for column, name in enumerate(self.names)}

    @cached_property
    def _first_word(self) -> int:
        return sum(name.startswith(_PIECE_MARK) for name in self.names)


def _counted(text: str) -> Counter[str]:
    words = _WORD.findall(text.lower())
    counted = Counter(words)
    counted.update(f"{a} {b}" for a, b in pairwise(words))
    for word in words[:_WORDS_IN_PIECES]:
        padded = f" {word} "
        counted.update(_PIECE_MARK + padded[i : i + n] for n in _PIECES for i in range(len(padded) - n + 1))
    return counted


def _joined(parts: "list[np.ndarray]", kind: type) -> "np.ndarray":
    import numpy as np

    return np.concatenate(parts).astype(kind) if parts else np.zeros(0, dtype=kind)
