"""Vectors as the database keeps them: half precision, and a signature that finds the close ones without an extension.

Bit i of a signature says on which side of the i-th of a fixed set of random planes a vector lies. Two vectors at an angle
of a differ in about a/π of the bits, so counting those that differ sorts by angle, roughly; `similar` looks closer then.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

BITS = 384
# Every installation must draw the same planes for ever. RandomState's stream is frozen by numpy.
_SEED = 1042


def signature_of(vector: "np.ndarray") -> str:
    bits = _planes(vector.shape[0]) @ vector > 0
    return (bits + ord("0")).astype("u1").tobytes().decode("ascii")


def packed(vector: "np.ndarray") -> bytes:
    return vector.astype("<f2").tobytes()


def unpacked(rows: Sequence[bytes | memoryview]) -> "np.ndarray":
    """n×d float32."""
    import numpy as np

    return np.stack([np.frombuffer(row, dtype="<f2") for row in rows]).astype(np.float32)


@cache
def _planes(dimensions: int) -> "np.ndarray":
    import numpy as np

    return np.random.RandomState(_SEED).standard_normal((BITS, dimensions)).astype(np.float32)
