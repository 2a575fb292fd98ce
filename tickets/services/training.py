"""Making versions of the model: from names and descriptions at first, from tickets as soon as there are some."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from django.utils.timezone import now

from helpdesk.core.jobs import Progress, job, start_job
from helpdesk.core.models import Job
from teams.models import User
from tickets.models import Category, ModelVersion, Prediction, Ticket
from tickets.services.versions import activate_version, keep_version
from tickets.triage import encoder as encoders
from tickets.triage.archive import BrokenModel
from tickets.triage.classifier import NothingToLearn, cold_start, fit
from tickets.triage.evaluation import Figures, evaluate
from tickets.triage.fitted import Classifier
from tickets.triage.gate import Ruling, rule
from tickets.triage.keywords import KEYWORDS
from tickets.triage.labelled import Labelled, labelled_tickets
from tickets.triage.vectors import vectors_of

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder, EncoderName

log = structlog.get_logger(__name__)

TRAIN, BEGIN = "train_triage", "begin_triage"
# Of the labelled tickets the newest fifth is not learned from at first: on these, versions are compared.
RECENT_SHARE = 0.2
MOST_RECENT = 1000
# Fewer than this say nothing about who is better.
FEWEST_RECENT = 10
# A first version from tickets is worth trying from so many on.
FEWEST_TO_LEARN = 20
TRY_AGAIN_AFTER = timedelta(hours=20)


def start_training(*, by: User | None) -> Job:
    """In the slow queue. One that waits or runs already is returned."""
    return start_job(TRAIN, {}, by=by)


def look_after_triage(*, as_of: datetime) -> int:
    """See that there is a version that fits the categories and the installed encoder. Returns how many jobs it started.

    The first one comes from names and descriptions, and is made anew when these change, until tickets have taught more.
    """
    name = best_encoder()
    if name is None:
        return 0
    champion = ModelVersion.objects.champion()
    if champion is not None and champion.origin == ModelVersion.Origin.TRAINED:
        return _renew(champion, name, as_of)
    descriptions = category_descriptions()
    if len(descriptions) < 2:
        return 0
    made_of = _digest(name, descriptions)
    if champion is not None and champion.verdict.get("made_of") == made_of:
        return 0
    if Job.objects.filter(kind=BEGIN, arguments={"made_of": made_of}, created_at__gt=as_of - TRY_AGAIN_AFTER).exists():
        return 0
    start_job(BEGIN, {"made_of": made_of}, by=None)
    return 1


def best_encoder() -> "EncoderName | None":
    """None while the libraries of triage are not installed."""
    names: tuple[EncoderName, ...] = ("minilm", "none")
    return next((name for name in names if encoders.available(name)), None)


def category_descriptions() -> dict[str, str]:
    """What names, descriptions and keywords say, by the key of the category as text."""
    return {
        str(category.pk): ". ".join(
            part
            for part in (category.name, category.description, category.keywords, KEYWORDS.get(category.slug))
            if part
        )
        for category in Category.objects.active()
    }


@job(BEGIN)
def begin(_row: Job, progress: Progress) -> dict[str, Any]:
    """A version that has seen no ticket. It suggests, and decides nothing."""
    name = best_encoder()
    if name is None:
        return {"why": "not_installed"}
    progress(0, 1)
    descriptions = category_descriptions()
    classifier = cold_start(descriptions, encoder=encoders.encoder(name))
    version = keep_version(
        classifier,
        origin=ModelVersion.Origin.COLD_START,
        at=now(),
        verdict={"activates": True, "why": "cold_start", "made_of": _digest(name, descriptions)},
    )
    activate_version(version, by=None)
    progress(1, 1)
    return {"version": version.pk, "activated": True, "why": "cold_start"}


@job(TRAIN)
def train(_row: Job, progress: Progress) -> dict[str, Any]:
    """A candidate from the past, measured on the newest tickets beside the champion; it takes over if it passes."""
    name = best_encoder()
    if name is None:
        return {"why": "not_installed"}
    at = now()
    tell = _Stages(progress)
    past = labelled_tickets(until=at)
    if len(past) < FEWEST_TO_LEARN or len(set(past.labels)) < 2:
        return {"why": "too_few", "labelled": len(past), "needed": FEWEST_TO_LEARN}
    encoder = encoders.encoder(name)
    points = vectors_of(past.tickets, past.texts, encoder=encoder, progress=tell.stage(0, 60))
    try:
        return _trained(past, points, encoder, at, tell)
    except NothingToLearn as reason:
        return {"why": "too_few", "labelled": len(past), "needed": FEWEST_TO_LEARN, "said": str(reason)}


def _trained(past: Labelled, points: "np.ndarray", encoder: "Encoder", at: datetime, tell: "_Stages") -> dict[str, Any]:
    split = len(past) - max(FEWEST_RECENT, min(MOST_RECENT, round(len(past) * RECENT_SHARE)))
    older, recent = past.part(0, split), past.part(split, len(past))
    trial = _fit(older, points[:split], encoder, tell.stage(60, 75))
    figures = evaluate(trial, recent.texts, recent.labels, embeddings=points[split:])
    rival = _Rival.of(ModelVersion.objects.champion(), recent, points[split:], figures, trial)
    ruling = rule(
        rival.candidate,
        champion_f1=rival.macro_f1,
        labelled=len(past),
        champion_is_automatic=rival.is_automatic,
        erased=rival.erased,
    )
    # What is used has learned from the newest tickets, too.
    classifier = _fit(past, points, encoder, tell.stage(75, 99))
    version = keep_version(
        classifier,
        origin=ModelVersion.Origin.TRAINED,
        at=at,
        examples=past.tickets,
        example_count=len(past),
        data_from=past.opened[0],
        data_until=past.opened[-1],
        is_automatic=ruling.is_automatic,
        metrics=figures.to_dict(),
        verdict=ruling.to_dict() | {"against": rival.version},
    )
    if ruling.activates:
        activate_version(version, by=None, at=at)
    log.info("triage.trained", version=version.pk, activated=ruling.activates, why=ruling.why)
    tell.done()
    return _told(version, figures, ruling, len(past))


def _fit(past: Labelled, points: "np.ndarray", encoder: "Encoder", progress: Callable[[int, int], None]) -> Classifier:
    known = category_descriptions()
    return fit(
        past.texts,
        past.labels,
        encoder=encoder,
        weights=past.weights,
        descriptions=known,
        embeddings=points,
        progress=progress,
    )


@dataclass(frozen=True, slots=True)
class _Rival:
    """The champion on recent tickets that neither it nor the candidate has learned from, and the candidate on the same."""

    candidate: Figures
    macro_f1: float | None
    version: int | None
    is_automatic: bool
    erased: int

    @classmethod
    def of(
        cls,
        row: ModelVersion | None,
        recent: Labelled,
        points: "np.ndarray",
        figures: Figures,
        trial: Classifier,
    ) -> "_Rival":
        if row is None:
            return cls(figures, None, None, False, 0)
        erased = len(row.examples) - Ticket.objects.filter(pk__in=row.examples).count()
        known = set(row.examples)
        unseen = [place for place, ticket in enumerate(recent.tickets) if ticket not in known]
        champion = _readable(row)
        if champion is None or champion.encoder_digest != trial.encoder_digest:
            # It was made for another encoder, or is damaged: whatever is usable is better.
            return cls(figures, None, row.pk, False, erased)
        if len(unseen) < FEWEST_RECENT:
            # Too little is new for another comparison: what it reached when it was made counts.
            return cls(figures, row.metrics.get("macro_f1"), row.pk, row.is_automatic, erased)
        texts = [recent.texts[place] for place in unseen]
        labels = [recent.labels[place] for place in unseen]
        here = points[unseen]
        return cls(
            evaluate(trial, texts, labels, embeddings=here),
            evaluate(champion, texts, labels, embeddings=here).macro_f1,
            row.pk,
            row.is_automatic,
            erased,
        )


def _readable(row: ModelVersion) -> Classifier | None:
    try:
        return Classifier.from_bytes(bytes(row.file.content))
    except (BrokenModel, ModelVersion.file.RelatedObjectDoesNotExist):
        return None


def _renew(champion: ModelVersion, name: "EncoderName", as_of: datetime) -> int:
    """A better encoder was installed, or it was found unusable: learn anew."""
    broken = Prediction.objects.filter(made_at__gt=as_of - TRY_AGAIN_AFTER, reason=Prediction.Reason.BROKEN)
    if champion.encoder == name and not broken.exists():
        return 0
    if Job.objects.filter(kind=TRAIN, created_at__gt=as_of - TRY_AGAIN_AFTER).exists():
        return 0
    start_training(by=None)
    return 1


def _digest(name: str, descriptions: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps([name, descriptions], sort_keys=True).encode()).hexdigest()


def _told(version: ModelVersion, figures: Figures, ruling: Ruling, labelled: int) -> dict[str, Any]:
    return {
        "version": version.pk,
        "labelled": labelled,
        "activated": ruling.activates,
        "is_automatic": ruling.is_automatic,
        "why": ruling.why,
        "checks": ruling.to_dict()["checks"],
        "macro_f1": figures.macro_f1,
        "calibration_error": figures.calibration_error,
        "automatic_precision": figures.automatic_precision,
        "automatic_coverage": figures.automatic_coverage,
    }


class _Stages:
    """One bar of a hundred for work that comes in stages."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def stage(self, first: int, last: int) -> Callable[[int, int], None]:
        def tell(done: int, total: int) -> None:
            self._progress(first + (last - first) * done // max(total, 1), 100)

        return tell

    def done(self) -> None:
        self._progress(100, 100)
