"""How good triage is, told by its opinions and what became of them. Each number has one definition and its tickets.

`seen` is whose tickets count: the page passes what its reader may see, the weekly figures pass all.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Count, Exists, F, FloatField, IntegerField, Q, QuerySet, Subquery, Sum
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Floor
from django.utils.translation import gettext_lazy as _

from tickets.lifecycle import Status
from tickets.models import Category, ModelVersion, Prediction, Ticket, TriageWeek
from tickets.models.ticket import TicketQuerySet
from tickets.triage.labelled import moved_by_a_person, set_by_a_person

_Outcome, _Verdict = Prediction.Outcome, Prediction.Verdict
BINS = 10
MOST_MISTAKES = 12
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

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

_CHAMPION_MADE_AT = ModelVersion.objects.filter(state=ModelVersion.State.CHAMPION).values("made_at")
# What people should look at. Counted, not shares.
WAITING = (
    Measure(
        "undecided",
        _("Suggestions to decide on"),
        _("Open tickets without a category for which triage has a suggestion that nobody has looked at."),
        Q(outcome=_Outcome.SUGGESTED, verdict="", ticket__category=None)
        & ~Q(ticket__status__in=[Status.RESOLVED, Status.CLOSED]),
        Q(),
    ),
    Measure(
        "doubtful",
        _("Moved without a new category"),
        _("A person moved the ticket to another team and left its category: one of the two is wrong."),
        Q(was_moved=True, was_set=False, ticket__category__isnull=False),
        Q(),
    ),
    Measure(
        "unlearned",
        _("Corrections to learn from"),
        _("Categories that a person corrected since the version in use was made. The next training learns from them."),
        Q(verdict=_Verdict.CORRECTED, verdict_at__gt=Coalesce(Subquery(_CHAMPION_MADE_AT), _LONG_AGO)),
        Q(),
    ),
)


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
    waiting: list[Figure]
    calibration: list[Bin]
    mistakes: list[Mistake]


def opinions(seen: TicketQuerySet, *, since: datetime, until: datetime) -> QuerySet[Prediction]:
    """What was said about tickets opened in the time."""
    rows = Prediction.objects.filter(made_at__gte=since, made_at__lt=until).annotate(
        was_moved=Exists(moved_by_a_person("ticket")), was_set=Exists(set_by_a_person("ticket"))
    )
    # Everything is everybody's for administrators; else only tickets that the reader sees.
    return rows.filter(ticket__in=seen) if seen.query.where else rows


def report(rows: QuerySet[Prediction]) -> Report:
    """Three queries."""
    counted = figures_of(rows, (*MEASURES, *WAITING))
    judged = _judged(rows)
    return Report(
        counted[: len(MEASURES)], counted[len(MEASURES) :], _calibration(judged), _mistakes(judged, MOST_MISTAKES)
    )


def figures_of(rows: QuerySet[Prediction], measures: Sequence[Measure] = MEASURES) -> list[Figure]:
    counts: dict[str, int] = rows.aggregate(
        **{f"{one.slug}_part": Count("pk", filter=one.part) for one in measures},
        **{f"{one.slug}_whole": Count("pk", filter=one.whole) for one in measures},
    )
    return [Figure(one, counts[f"{one.slug}_part"], counts[f"{one.slug}_whole"]) for one in measures]


def behind(rows: QuerySet[Prediction], measure: Measure, *, failures: bool = False) -> QuerySet[Prediction]:
    """The tickets of a number; with `failures` those of the whole that are not in it."""
    return rows.filter(measure.whole & ~measure.part) if failures else rows.filter(measure.part)


def calibration_of(rows: QuerySet[Prediction]) -> list[Bin]:
    return _calibration(_judged(rows))


def mistakes_of(rows: QuerySet[Prediction]) -> list[Mistake]:
    """The commonest first."""
    return _mistakes(_judged(rows), MOST_MISTAKES)


def confused(rows: QuerySet[Prediction], *, truth: int, said: int) -> QuerySet[Prediction]:
    return rows.filter(_KNOWN, ticket__category=truth, category=said)


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


def drift(weeks: Sequence[TriageWeek]) -> list[str]:
    """What the newest week says that the ones before did not: slugs of measures that got markedly worse."""
    newest, *before = weeks or [TriageWeek()]
    if not before:
        return []
    worse = []
    for slug, direction in (("precision", -1), ("rerouted", 1), ("abstained", 1), ("silent", 1)):
        part, whole = newest.figures.get(slug, (0, 0))
        parts, wholes = (sum(week.figures.get(slug, (0, 0))[place] for week in before) for place in (0, 1))
        if whole >= 20 and wholes >= 50 and direction * (part / whole - parts / wholes) > 0.05:
            worse.append(slug)
    return worse


class _Judged(NamedTuple):
    """How many tickets that people called `truth` triage had called `said`, with a likelihood in this tenth."""

    place: int | None
    truth: int
    said: int
    tickets: int
    promised: float | None


def _judged(rows: QuerySet[Prediction]) -> list[_Judged]:
    """One query, as many rows as there are pairs of categories, times ten."""
    probability = Cast(KT("ranked__0__probability"), FloatField())
    counted = (
        rows.filter(_KNOWN)
        .annotate(p=probability, place=Cast(Floor(F("p") * BINS), IntegerField()))
        .values_list("place", "ticket__category", "category")
        .annotate(count=Count("pk"), promised=Sum("p"))
        .order_by("place", "ticket__category", "category")
    )
    return [_Judged(*row) for row in counted]


def _calibration(judged: Sequence[_Judged]) -> list[Bin]:
    places: dict[int, list[_Judged]] = defaultdict(list)
    for one in judged:
        if one.place is not None:
            places[min(one.place, BINS - 1)].append(one)
    return [_bin(places[place]) for place in sorted(places)]


def _bin(judged: Sequence[_Judged]) -> Bin:
    count = sum(one.tickets for one in judged)
    right = sum(one.tickets for one in judged if one.truth == one.said)
    return Bin(count, sum(one.promised or 0.0 for one in judged) / count, right / count)


def _mistakes(judged: Sequence[_Judged], most: int) -> list[Mistake]:
    pairs: Counter[tuple[int, int]] = Counter()
    for one in judged:
        if one.truth != one.said:
            pairs[one.truth, one.said] += one.tickets
    commonest = sorted(pairs.items(), key=lambda pair: (-pair[1], pair[0]))[:most]
    named = Category.objects.in_bulk({key for pair, _count in commonest for key in pair})
    return [Mistake(named[truth], named[said], count) for (truth, said), count in commonest]
