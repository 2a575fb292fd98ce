"""Which past tickets resemble one: the same rare words (BM25) and the same meaning (cosine), blended."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Measured on labelled pairs; see docs/TRIAGE.md.
WORDS_SHARE = 0.2
_SATURATION = 1.2
_LENGTH_MATTERS = 0.75
_WORD = re.compile(r"\w\w+")


class RareWords:
    """BM25 over a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        counted = [Counter(words_of(text)) for text in texts]
        self._lengths = [sum(words.values()) for words in counted]
        self._mean = max(1.0, sum(self._lengths) / max(1, len(texts)))
        self._places: dict[str, list[tuple[int, int]]] = {}
        for place, words in enumerate(counted):
            for word, count in words.items():
                self._places.setdefault(word, []).append((place, count))

    def scores(self, text: str) -> "np.ndarray":
        """One for each text of the list; 0 where no word is shared."""
        import numpy as np

        scores = np.zeros(len(self._lengths), dtype=np.float32)
        for word in set(words_of(text)):
            found = self._places.get(word, [])
            rarity = math.log(1 + (len(self._lengths) - len(found) + 0.5) / (len(found) + 0.5))
            for place, count in found:
                length = 1 - _LENGTH_MATTERS + _LENGTH_MATTERS * self._lengths[place] / self._mean
                scores[place] += rarity * count * (_SATURATION + 1) / (count + _SATURATION * length)
        return scores


def blended(words: "np.ndarray", cosines: "np.ndarray") -> "np.ndarray":
    """0.2 · BM25 + cosine, for candidates of one question. BM25 counts relative to the best of them."""
    import numpy as np

    best = float(words.max(initial=0.0))
    return cosines + (WORDS_SHARE * words / best if best > 0 else np.zeros_like(cosines))


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())
