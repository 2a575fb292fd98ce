"""The encoder that needs no model: words and pieces of words, hashed into a fixed number of places."""

import re
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

_WORD = re.compile(r"\w\w+")
_PIECE = 4


class HashedWords:
    """Similar wordings are near each other; similar meanings are not. The same on every machine."""

    name: Literal["none"] = "none"
    digest = "hashed-words-1"
    # As many as `minilm` has, so that one column holds either.
    dimensions = 384

    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """n×d, unit length; an empty text is a row of zeros."""
        import numpy as np

        rows = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for feature in _features(text):
                place = zlib.crc32(feature.encode())
                # The sign keeps collisions from adding up.
                row[place % self.dimensions] += 1.0 if place & 0x8000_0000 else -1.0
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        return np.divide(rows, lengths, out=rows, where=lengths > 0)


def _features(text: str) -> set[str]:
    words = _WORD.findall(text.lower())
    pieces = {f"{word[i : i + _PIECE]}~" for word in words for i in range(len(word) - _PIECE + 1)}
    return pieces | set(words)
