"""What is wrong with triage: for its page, the home of leads and the doctor. Rules go on meanwhile."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, Q, QuerySet
from django.utils.translation import gettext as _

from helpdesk.core.models import Job
from tickets.models import ModelVersion, Prediction, TriageWeek
from tickets.triage.figures import BY_SLUG, drift

_RECENT = timedelta(hours=1)
_WEEKS_COMPARED = 5
# One may run and one may wait; before them is one that has come to an end.
TRAININGS_LOOKED_AT = 5


@dataclass(frozen=True, slots=True)
class Alert:
    """What is wrong, and what to do about it."""

    code: str
    what: str
    todo: str
    is_failure: bool = False


def alerts(*, as_of: datetime) -> list[Alert]:
    """Three queries."""
    trainings = Job.objects.filter(kind="train_triage").order_by("-pk")[:TRAININGS_LOOKED_AT]
    return [*model_alerts(as_of=as_of), *training_alerts(trainings), *drift_alerts(TriageWeek.objects.all())]


def model_alerts(*, as_of: datetime) -> list[Alert]:
    """One query."""
    recent = Prediction.objects.filter(made_at__gt=as_of - _RECENT, reason=Prediction.Reason.BROKEN)
    champion = (
        ModelVersion.objects.filter(state=ModelVersion.State.CHAMPION)
        .filter(Q(file=None) | Exists(recent))
        .values_list("pk", flat=True)
        .first()
    )
    if champion is None:
        return []
    return [
        Alert(
            "broken",
            _("The model of triage (version %(version)d) cannot be used: its file is missing or damaged, or its encoder is "
              "not installed. Rules decide alone.") % {"version": champion},
            _("Activate an earlier version on the page Triage, or train anew."),
            is_failure=True,
        )
    ]  # fmt: skip


def training_alerts(trainings: Iterable[Job]) -> list[Alert]:
    """Of the latest trainings, newest first, the last one that has come to an end."""
    last = next((job for job in trainings if job.finished_at is not None), None)
    if last is None or last.state != Job.State.FAILED:
        return []
    return [
        Alert(
            "training",
            _("The last training failed: %(error)s") % {"error": last.error[:200]},
            _("The version in use stays. Start a training on the page Triage; the log of the worker has the details."),
        )
    ]


def drift_alerts(weeks: "Sequence[TriageWeek] | QuerySet[TriageWeek]") -> list[Alert]:
    """Newest first."""
    return [
        Alert(
            f"drift_{slug}",
            _("%(measure)s got markedly worse this week.") % {"measure": BY_SLUG[slug].label},
            _("Look at the tickets behind it on the page Triage, and train anew."),
        )
        for slug in drift(list(weeks[:_WEEKS_COMPARED]))
    ]
