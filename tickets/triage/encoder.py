"""Turns texts into points: near each other when they mean the same. Which encoders there are, and loading them."""

import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol

from tickets.triage.hashed import HashedWords

if TYPE_CHECKING:
    import numpy as np

EncoderName = Literal["minilm", "none"]


class Encoder(Protocol):
    """`digest` changes whenever the same text would get another point: points of two digests never mix."""

    @property
    def name(self) -> EncoderName: ...
    @property
    def digest(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    def encode(self, texts: Sequence[str]) -> "np.ndarray":
        """n×d float32 of unit length."""


class EncoderUnavailable(Exception):
    """Its packages or its model file are not there (yet)."""


def available(name: EncoderName = "minilm") -> bool:
    """Whether `encoder(name)` would succeed; cheap, and asked anew each time, because the model arrives later."""
    from importlib.util import find_spec

    if find_spec("numpy") is None:
        return False
    if name == "none":
        return True
    from tickets.triage.minilm.place import model_file

    return model_file().is_file() and find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


@cache
def encoder(name: EncoderName = "minilm") -> Encoder:
    """One a process. Loading `minilm` takes about half a second: see `warm_up`. Raises EncoderUnavailable."""
    if not available(name):
        raise EncoderUnavailable(f"The encoder {name!r} is not installed.")
    if name == "none":
        return HashedWords()
    from tickets.triage.minilm.running import MiniLM

    return MiniLM.load()


_warm: dict[str, threading.Event] = {}


def is_warm(name: EncoderName = "minilm") -> bool:
    """Whether `encoder(name)` answers at once."""
    return name in _warm and _warm[name].is_set()


def warm_up(name: EncoderName = "minilm") -> threading.Thread | None:
    """Load in the background; calling twice is harmless. None when it is under way, done, or not to be had."""
    if name in _warm or not available(name):
        return None
    _warm[name] = threading.Event()
    thread = threading.Thread(target=_load, args=(name,), name=f"warm-up-{name}", daemon=True)
    thread.start()
    return thread


def _load(name: EncoderName) -> None:
    try:
        encoder(name).encode(["Warm."])
        _warm[name].set()
    except Exception:
        # Whoever asks next tries again.
        _warm.pop(name, None)
        raise
