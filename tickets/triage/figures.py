"""How good triage is, told by its opinions and what became of them. Each number has one definition and its tickets.

`seen` is whose tickets count: the page passes what its reader may see, the weekly figures pass all.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, F, FloatField, IntegerField, Q
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Floor, Least
from django.utils.translation import gettext_lazy as _

from tickets.lifecycle import Status
from tickets.models import Category, ModelVersion, Prediction, Ticket, TriageWeek
from tickets.models.ticket import TicketQuerySet
from tickets.models.triage import PredictionQuerySet
from tickets.triage.labelled import moved_by_a_person

_Outcome, _Verdict = Prediction.Outcome, Prediction.Verdict
BINS = 10

_HAS_OPINION = Q(version__isnull=False, category__isnull=False)
_UNCHOSEN = Q(outcome__in=[_Outcome.AUTOMATIC, _Outcome.SUGGESTED, _Outcome.ABSTAINED, _Outcome.HELD_OUT])
_AUTOMATIC = Q(outcome=_Outcome.AUTOMATIC)
_SETTLED = Q(ticket__status__in=[Status.RESOLVED, Status.CLOSED]) | ~Q(verdict="")
# Somebody stood for the category: who asked, or who works on it.
_KNOWN = _HAS_OPINION & Q(ticket__category__isnull=False) & (Q(outcome=_Outcome.CHOSEN) | ~Q(verdict=""))
_RIGHT = Q(category=F("ticket__category"))
_JUDGED = Q(outcome=_Outcome.SUGGESTED) & ~Q(verdict="")


@dataclass(frozen=True, slots=True)
class Measure:
    """`part` of `whole`; the tickets behind it are those of `part`, or of `missed` where the failures say more."""

    slug: str
    label: Any
    definition: Any
    part: Q
    whole: Q
    good_from: float | None = None
    good_to: float | None = None


MEASURES = (
    Measure(
        "coverage",
        _("Decided alone"),
        _("Of the tickets that came without a category, the share whose category triage set by itself."),
        _AUTOMATIC,
        _UNCHOSEN,
    ),
    Measure(
        "precision",
        _("Precision alone"),
        _("Of the categories that triage set by itself, the share that nobody changed until the ticket was resolved."),
        _AUTOMATIC & _SETTLED & _RIGHT,
        _AUTOMATIC & _SETTLED,
        good_from=0.95,
    ),
    Measure(
        "accuracy",
        _("Accuracy"),
        _("Of the tickets whose category a person stood for, the share whose likeliest category was that one."),
        _KNOWN & _RIGHT,
        _KNOWN,
        good_from=0.8,
    ),
    Measure(
        "accepted",
        _("Suggestions taken"),
        _("Of the suggestions that somebody decided on, the share whose first one was taken."),
        _JUDGED & Q(verdict=_Verdict.ACCEPTED),
        _JUDGED,
    ),
    Measure(
        "rerouted",
        _("Re-routed"),
        _("Of the tickets that triage decided alone, the share that a person gave another category or another team."),
        _AUTOMATIC & (Q(verdict=_Verdict.CORRECTED) | Q(was_moved=True)),
        _AUTOMATIC,
        good_to=0.05,
    ),
    Measure(
        "abstained",
        _("Not sure enough"),
        _(
            "Of the tickets that came without a category, the share on which triage kept quiet: the general team has them."
        ),
        Q(outcome=_Outcome.ABSTAINED),
        _UNCHOSEN,
    ),
    Measure(
        "silent",
        _("No opinion"),
        _("Of all tickets, the share that triage did not read: no model, still loading, too slow, or damaged."),
        Q(version=None),
        Q(),
        good_to=0.02,
    ),
)
BY_SLUG = {measure.slug: measure for measure in MEASURES}


@dataclass(frozen=True, slots=True)
class Figure:
    measure: Measure
    part: int
    whole: int

    @property
    def share(self) -> float | None:
        return self.part / self.whole if self.whole else None

    @property
    def percent(self) -> str:
        return "–" if self.share is None else f"{100 * self.share:.0f} %"

    @property
    def tone(self) -> str:
        """Loud only when enough tickets say so."""
        if self.share is None or self.whole < 20:
            return ""
        low = self.measure.good_from is not None and self.share < self.measure.good_from
        high = self.measure.good_to is not None and self.share > self.measure.good_to
        return "warning" if low or high else ""


@dataclass(frozen=True, slots=True)
class Bin:
    """Of `count` tickets whose likeliest category was `promised` likely on average, the share `kept` was right."""

    count: int
    promised: float
    kept: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """A person said `truth` where triage had said `said`."""

    truth: Category
    said: Category
    count: int


@dataclass(frozen=True, slots=True)
class Report:
    figures: list[Figure]
    calibration: list[Bin]
    mistakes: list[Mistake]


def opinions(seen: TicketQuerySet, *, since: datetime, until: datetime) -> PredictionQuerySet:
    """What was said about tickets opened in the time."""
    rows = Prediction.objects.filter(made_at__gte=since, made_at__lt=until).annotate(
        was_moved=Exists(moved_by_a_person("ticket"))
    )
    # Everything is everybody's for administrators; else only tickets that the reader sees.
    return rows.filter(ticket__in=seen) if seen.query.where else rows


def report(rows: PredictionQuerySet) -> Report:
    """Three queries."""
    return Report(figures_of(rows), calibration_of(rows), mistakes_of(rows))


def figures_of(rows: PredictionQuerySet) -> list[Figure]:
    counts: dict[str, int] = rows.aggregate(
        **{f"{one.slug}_part": Count("pk", filter=one.part) for one in MEASURES},
        **{f"{one.slug}_whole": Count("pk", filter=one.whole) for one in MEASURES},
    )
    return [Figure(one, counts[f"{one.slug}_part"], counts[f"{one.slug}_whole"]) for one in MEASURES]


def behind(rows: PredictionQuerySet, measure: Measure, *, failures: bool = False) -> PredictionQuerySet:
    """The tickets of a number; with `failures` those of the whole that are not in it."""
    return rows.filter(measure.whole & ~measure.part) if failures else rows.filter(measure.part)


def calibration_of(rows: PredictionQuerySet) -> list[Bin]:
    probability = Cast(KT("ranked__0__probability"), FloatField())
    bins = (
        rows.filter(_KNOWN)
        .exclude(ranked=[])
        .annotate(p=probability, place=Least(Cast(Floor(F("p") * BINS), IntegerField()), BINS - 1))
        .values("place")
        .annotate(count=Count("pk"), right=Count("pk", filter=_RIGHT), promised=Avg("p"))
        .order_by("place")
    )
    return [Bin(row["count"], row["promised"], row["right"] / row["count"]) for row in bins]


def mistakes_of(rows: PredictionQuerySet, *, most: int = 12) -> list[Mistake]:
    """The commonest first."""
    pairs = list(
        rows.filter(_KNOWN, category__isnull=False)
        .exclude(_RIGHT)
        .values_list("ticket__category", "category")
        .annotate(count=Count("pk"))
        .order_by("-count", "ticket__category_id", "category_id")[:most]
    )
    named = Category.objects.in_bulk({key for truth, said, _count in pairs for key in (truth, said)})
    return [Mistake(named[truth], named[said], count) for truth, said, count in pairs]


def confused(rows: PredictionQuerySet, *, truth: int, said: int) -> PredictionQuerySet:
    return rows.filter(_KNOWN, ticket__category=truth, category=said)


def unlearned(rows: PredictionQuerySet) -> PredictionQuerySet:
    """Corrections since the champion was made: the next training learns from them."""
    champion = ModelVersion.objects.champion()
    corrected = rows.filter(verdict=_Verdict.CORRECTED)
    return corrected if champion is None else corrected.filter(verdict_at__gt=champion.made_at)


def keep_weeks(*, as_of: datetime, count: int = 2) -> int:
    """Write the figures of the last weeks, this one included; returns how many. Weeks begin on Monday, UTC."""
    monday = as_of.date() - timedelta(days=as_of.weekday())
    weeks = [monday - timedelta(weeks=back) for back in range(count)]
    for week in weeks:
        _keep(week, as_of)
    return len(weeks)


def _keep(week: date, as_of: datetime) -> None:
    since = datetime.combine(week, datetime.min.time(), as_of.tzinfo)
    rows = opinions(Ticket.objects.all(), since=since, until=since + timedelta(weeks=1))
    figures = {figure.measure.slug: [figure.part, figure.whole] for figure in figures_of(rows)}
    champion = ModelVersion.objects.champion()
    if any(whole for _part, whole in figures.values()):
        TriageWeek.objects.update_or_create(week=week, defaults={"figures": figures, "version": champion})


def drift(weeks: Iterable[TriageWeek]) -> list[str]:
    """What the newest week says that the ones before did not: slugs of measures that got markedly worse."""
    newest, *before = list(weeks) or [TriageWeek()]
    if not before:
        return []
    worse = []
    for slug, direction in (("precision", -1), ("rerouted", 1), ("abstained", 1), ("silent", 1)):
        part, whole = newest.figures.get(slug, (0, 0))
        parts, wholes = (sum(week.figures.get(slug, (0, 0))[place] for week in before) for place in (0, 1))
        if whole >= 20 and wholes >= 50 and direction * (part / whole - parts / wholes) > 0.05:
            worse.append(slug)
    return worse
