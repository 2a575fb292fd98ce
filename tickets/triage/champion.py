"""The champion in this process: loaded once, in a thread of its own, and again when another version has taken over.

Reading the bytes is a query of whoever asks; everything after that knows no database, so it may take its time in the
background while rules go on.
"""

import hashlib
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import structlog

from tickets.models import ModelVersion
from tickets.triage import encoder as encoders
from tickets.triage.archive import BrokenModel
from tickets.triage.fitted import Classifier, WrongEncoder

if TYPE_CHECKING:
    from tickets.triage.encoder import Encoder, EncoderName

R = TypeVar("R")

log = structlog.get_logger(__name__)

# Two tickets may be thought about at a time; a third one waits, and goes on by rules when its time is up.
_thinkers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="triage")
_lock = threading.Lock()
THINK_AT_ONCE = frozenset({"none"})


class Broken(Exception):
    """The bytes are missing, damaged, or made for another encoder than the installed one."""


class Warming(Exception):
    """It is being loaded. Ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Loaded:
    version: int
    classifier: Classifier
    encoder: "Encoder"
    # Keys of tickets, in the order in which the model knows them; empty when it has learned from none.
    examples: list[int]


_known: tuple[int, Future[Loaded]] | None = None


def think(call: Callable[[Loaded], R], *, version: int, seconds: float) -> R:
    """`call` with the loaded champion, in another thread. Raises Broken, Warming, or NotInTime after `seconds`.

    Encoders that only count words think in this thread once they are loaded: they are quicker than changing it.
    """
    loading = _loading(version)
    if loading.done() and loading.result().encoder.name in THINK_AT_ONCE:
        return call(loading.result())
    job = _thinkers.submit(lambda: call(loading.result()))
    try:
        return job.result(timeout=seconds)
    except NotInTime:
        job.cancel()
        if not loading.done():
            raise Warming from None
        raise


def fault(version: int) -> str:
    """Why the version can't be used, in words for the log and the doctor; empty when it can. Waits for the loading.

    The champion stays as it is loaded: tickets go on being opened while somebody tries another version.
    """
    try:
        with _lock:
            loading = _known_loading(version)
        (loading or _begin_to_load(version)).result(timeout=60)
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def warm_up() -> None:
    """Begin to load the encoder, so that the first ticket finds it ready. Costs nothing where it is not installed."""
    encoders.warm_up()


def forget() -> None:
    """Load anew at the next question."""
    global _known
    _known = None


def _loading(version: int) -> "Future[Loaded]":
    global _known
    with _lock:
        loading = _known_loading(version)
        if loading is None:
            loading = _begin_to_load(version)
            _known = (version, loading)
        return loading


def _known_loading(version: int) -> "Future[Loaded] | None":
    known = _known
    if known is None or known[0] != version or _is_worth_another_try(known[1]):
        return None
    return known[1]


def _begin_to_load(version: int) -> "Future[Loaded]":
    row = ModelVersion.objects.select_related("file").filter(pk=version).first()
    content = bytes(row.file.content) if row is not None and hasattr(row, "file") else b""
    file_hash = row.file_hash if row is not None else ""
    examples = list(row.examples) if row is not None else []
    return _loaders.submit(_load, version, content, file_hash, examples)


# Apart from the thinkers, who wait for it.
_loaders = ThreadPoolExecutor(max_workers=1, thread_name_prefix="triage-loading")


def _load(version: int, content: bytes, file_hash: str, examples: list[int]) -> Loaded:
    try:
        if hashlib.sha256(content).hexdigest() != file_hash:
            raise Broken("The stored model is missing or damaged: its digest differs.")
        classifier = Classifier.from_bytes(content)
        name: EncoderName = classifier.encoder_name
        encoder = classifier.check(encoders.encoder(name))
        encoder.encode(["Warm."])
    except (Broken, BrokenModel, WrongEncoder, encoders.EncoderUnavailable, ImportError) as error:
        log.error("triage.broken", version=version, error=str(error))
        raise Broken(str(error)) from error
    return Loaded(version, classifier, encoder, examples)


def _is_worth_another_try(loading: "Future[Loaded]") -> bool:
    """The encoder arrives later than the first start: what failed for want of it is tried again."""
    if not loading.done() or loading.exception() is None:
        return False
    cause = loading.exception().__cause__  # type: ignore[union-attr]
    return isinstance(cause, encoders.EncoderUnavailable) and encoders.available("minilm")
