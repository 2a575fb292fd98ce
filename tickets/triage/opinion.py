"""What triage thinks of a ticket that is about to be opened: before any lock is held, and within a tenth of a second.

Whatever goes wrong, an opinion comes back. It may be none, says why, and the rules go on without it.
"""

import time
import zlib
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from teams.everybody import set_up
from tickets.categories import NO_NEEDS, active_categories, needs_by_category
from tickets.models import Category, Prediction, Priority, Target
from tickets.triage.champion import Broken, Loaded, Warming, think
from tickets.triage.standing import Standing, standing
from tickets.triage.suggestion import Suggestion
from tickets.triage.text import cleaned, language_of
from tickets.triage.urgency import suggested_priority

if TYPE_CHECKING:
    import numpy as np

log = structlog.get_logger(__name__)

BUDGET_SECONDS = 0.1
# Of what would be decided alone, this share is left to people: without it nobody could tell how good people are.
HELD_OUT_PERCENT = 3
SHOWN = 3

Outcome, Reason = Prediction.Outcome, Prediction.Reason


@dataclass(frozen=True, slots=True)
class Opinion:
    """`category` is what counts for the ticket: what was chosen, else what was decided, else None."""

    outcome: str
    category: Category | None
    reason: str = ""
    version: int | None = None
    likeliest: Category | None = None
    ranked: list[dict[str, object]] = field(default_factory=list)
    confidence: float | None = None
    thresholds: dict[str, float] = field(default_factory=dict)
    terms: list[str] = field(default_factory=list)
    nearest: list[dict[str, object]] = field(default_factory=list)
    language: str = ""
    skills: list[int] = field(default_factory=list)
    priority: Priority | None = None
    vector: "np.ndarray | None" = None
    encoder: str = ""
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class _Thought:
    suggestion: Suggestion
    vector: "np.ndarray"
    encoder: str
    thresholds: dict[str, float]
    nearest: list[dict[str, object]]


def form_opinion(*, title: str, description: str, chosen: Category | None) -> Opinion:
    """One query while the set-up stays as it is. Never raises for anything that has to do with the model."""
    began = time.monotonic()
    text = cleaned(title, description)
    now = standing()
    thought, reason = _think(text, now)
    language = language_of(text) or ""
    priority = suggested_priority(text) if now.is_on(Target.PRIORITY) else None
    known = _Known.of(thought, chosen, now, text)
    return Opinion(
        outcome=known.outcome,
        category=known.category,
        reason=reason or known.reason,
        version=now.version if thought else None,
        likeliest=known.likeliest,
        ranked=known.ranked,
        confidence=thought.suggestion.confidence if thought else None,
        thresholds=thought.thresholds if thought else {},
        terms=thought.suggestion.terms if thought else [],
        nearest=thought.nearest if thought else [],
        language=language,
        skills=_skills(known.believed, language) if now.is_on(Target.SKILLS) else [],
        priority=priority,
        vector=thought.vector if thought else None,
        encoder=thought.encoder if thought else "",
        duration_ms=round((time.monotonic() - began) * 1000),
    )


def _think(text: str, now: Standing) -> tuple[_Thought | None, str]:
    if not text:
        return None, Reason.EMPTY
    if now.version is None:
        return None, Reason.NO_MODEL
    try:
        return think(lambda loaded: _thought(loaded, text), version=now.version, seconds=BUDGET_SECONDS), ""
    except Warming:
        return None, Reason.WARMING
    except NotInTime:
        return None, Reason.SLOW
    except Broken:
        return None, Reason.BROKEN
    except Exception as error:
        # A ticket is worth more than an opinion on it.
        log.error("triage.failed", version=now.version, exc_info=error)
        return None, Reason.FAILED


def _thought(loaded: Loaded, text: str) -> _Thought:
    points = loaded.encoder.encode([text])
    suggestion = loaded.classifier.predict([text], embeddings=points)[0]
    thresholds = loaded.classifier.thresholds
    past: list[dict[str, object]] = [
        {"ticket": loaded.examples[neighbour.index], "similarity": round(neighbour.similarity, 4)}
        for neighbour in suggestion.nearest[:SHOWN]
        if neighbour.index < len(loaded.examples)
    ]
    limits = {"automatic": thresholds.automatic, "suggested": thresholds.suggested}
    return _Thought(suggestion, points[0], loaded.encoder.digest, limits, past)


def _skills(category: Category | None, language: str) -> list[int]:
    """What the likeliest category needs, and the language where it is kept as a skill."""
    needed = needs_by_category().get(category.pk, NO_NEEDS).skills if category else set()
    known = set_up().skills
    names = (language, *_LANGUAGE_SLUGS.get(language, ())) if language else ()
    return sorted(needed | {known[name] for name in names if name in known})


# As people name the skill.
_LANGUAGE_SLUGS = {
    "de": ("german", "deutsch"),
    "en": ("english", "englisch"),
    "fr": ("french", "franzosisch"),
    "es": ("spanish", "spanisch"),
    "it": ("italian", "italienisch"),
    "nl": ("dutch",),
    "pl": ("polish",),
    "pt": ("portuguese",),
}


@dataclass(frozen=True, slots=True)
class _Known:
    """The model's words held against the categories as they are today, and against what was chosen."""

    outcome: str
    category: Category | None
    likeliest: Category | None
    ranked: list[dict[str, object]]
    reason: str = ""

    @property
    def believed(self) -> Category | None:
        """Whose needs say something. What was chosen brings its own."""
        return self.likeliest if self.outcome in (Outcome.AUTOMATIC, Outcome.SUGGESTED) else None

    @classmethod
    def of(cls, thought: _Thought | None, chosen: Category | None, now: Standing, text: str) -> "_Known":
        if thought is None:
            return cls(Outcome.CHOSEN if chosen else Outcome.NONE, chosen, None, [])
        today = {str(category.pk): category for category in active_categories().values()}
        # A category that was removed or switched off since the training is passed over; the next one is not as sure.
        left = [(today[label], p) for label, p in thought.suggestion.ranked if label in today]
        ranked: list[dict[str, object]] = [
            {"category": category.pk, "slug": category.slug, "probability": round(p, 4)} for category, p in left[:SHOWN]
        ]
        likeliest = left[0][0] if left else None
        is_first_gone = bool(left) and str(left[0][0].pk) != thought.suggestion.label
        if chosen is not None:
            return cls(Outcome.CHOSEN, chosen, likeliest, ranked)
        outcome = _outcome(thought.suggestion.outcome, now, text)
        if outcome == Outcome.AUTOMATIC and is_first_gone:
            outcome = Outcome.SUGGESTED
        if not now.is_on(Target.CATEGORY):
            return cls(Outcome.ABSTAINED, None, likeliest, ranked, Reason.OFF)
        if likeliest is None:
            outcome = Outcome.ABSTAINED
        return cls(outcome, likeliest if outcome == Outcome.AUTOMATIC else None, likeliest, ranked)


def _outcome(said: str, now: Standing, text: str) -> str:
    if said != "automatic":
        return said
    if not now.is_automatic:
        return Outcome.SUGGESTED
    # The same text is always on the same side, so that nobody gets another answer by asking twice.
    return Outcome.HELD_OUT if zlib.crc32(text.encode()) % 100 < HELD_OUT_PERCENT else Outcome.AUTOMATIC
