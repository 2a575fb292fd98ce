"""What a classifier costs at work: measured in a fresh process, so that training leaves no trace in the figures."""

import multiprocessing
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tickets.triage.fitted import Classifier

_TEXTS = 300
_UNCOUNTED = 5


@dataclass(frozen=True)
class Cost:
    """Of one text, read and answered alone, in milliseconds of processor time; and of the process with Django."""

    p50_ms: float
    p95_ms: float
    memory_mb: float


def cost_of(classifier: "Classifier", texts: Sequence[str]) -> Cost:
    step = max(1, len(texts) // _TEXTS)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (classifier.to_bytes(), list(texts[::step])[:_TEXTS]))


def _measured(stored: bytes, texts: list[str]) -> Cost:
    import django

    django.setup()
    from tickets.triage.fitted import Classifier

    classifier = Classifier.from_bytes(stored)
    taken = []
    for text in [*texts[:_UNCOUNTED], *texts]:
        started = time.process_time()
        classifier.predict([text])
        taken.append((time.process_time() - started) * 1000)
    counted = sorted(taken[_UNCOUNTED:])
    return Cost(counted[len(counted) // 2], counted[int(len(counted) * 0.95)], _most_memory())


def _most_memory() -> float:
    """At its peak, in MB. Not getrusage: its peak is handed down from the process that started this one."""
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0
