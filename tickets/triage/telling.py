"""What triage thought of a ticket, in one sentence and as a table for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tickets.models import Category, ModelVersion, Prediction

_Outcome = Prediction.Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the likeliest categories, by its name of today."""

    category: Category
    probability: float

    @property
    def percent(self) -> int:
        return round(100 * self.probability)


def choices(prediction: Prediction, categories: Iterable[Category]) -> list[Choice]:
    """`categories`: those of today. What is gone since is left out."""
    today = {category.pk: category for category in categories}
    return [Choice(today[row["category"]], row["probability"]) for row in prediction.ranked if row["category"] in today]


def sentence(prediction: Prediction) -> str:
    """At most about 140 characters."""
    told = {
        _Outcome.AUTOMATIC: _("Triage decided: %(category)s, %(percent)d %% likely."),
        _Outcome.SUGGESTED: _("Probably %(category)s (%(percent)d %%), but not sure enough to decide alone."),
        _Outcome.ABSTAINED: _("Triage is not sure: %(category)s would be likeliest, at %(percent)d %%."),
        _Outcome.CHOSEN: _("The requester chose. Triage would have said %(category)s (%(percent)d %%)."),
        _Outcome.HELD_OUT: _("Left to people, for comparison. Triage would have said %(category)s (%(percent)d %%)."),
    }
    if prediction.reason or prediction.category is None or not prediction.ranked:
        return _without_opinion(prediction)
    facts: dict[str, Any] = {
        "category": prediction.category.name,
        "percent": round(100 * prediction.ranked[0]["probability"]),
    }
    return told[_Outcome(prediction.outcome)] % facts


def _without_opinion(prediction: Prediction) -> str:
    if prediction.reason:
        return _("No opinion. %(why)s Rules went on without it.") % {"why": prediction.get_reason_display()}
    if prediction.outcome == _Outcome.CHOSEN:
        return _("The requester chose the category.")
    return _("Triage knew no category that fits.")


def verdict_sentence(prediction: Prediction) -> str:
    """What a person made of it; empty while nobody has."""
    who = prediction.verdict_by.get_full_name() if prediction.verdict_by else ""
    if prediction.verdict == Prediction.Verdict.ACCEPTED:
        return _("Accepted by %(who)s.") % {"who": who}
    if prediction.verdict == Prediction.Verdict.CORRECTED:
        return _("Corrected by %(who)s.") % {"who": who}
    return ""


def ruling_sentence(version: ModelVersion) -> str:
    """Why a version took over or did not."""
    told = {
        "cold_start": _("Made from names, descriptions and keywords. It suggests, and decides nothing alone."),
        "passed": _("Passed every check, so it took over and decides alone where it is sure."),
        "suggests_only": _("Took over for suggestions. It did not pass every check: %(failed)s."),
        "erased": _("Took over because the one before had learned from tickets that were erased since."),
        "worse": _("Did not take over: %(failed)s."),
        "not_sure_enough": _("Did not take over: %(failed)s."),
    }
    sentence = told.get(version.verdict.get("why", ""), "")
    return sentence % {"failed": _failed_checks(version)} if sentence else ""


def _failed_checks(version: ModelVersion) -> str:
    names = {
        "labelled": _("%(measured)s labelled tickets of %(limit)s"),
        "macro_f1": _("macro-F1 %(measured)s, at least %(limit)s needed"),
        "automatic_precision": _("precision alone %(measured)s, at least %(limit)s needed"),
        "calibration_error": _("calibration error %(measured)s, at most %(limit)s allowed"),
    }
    failed = [check for check in version.verdict.get("checks", ()) if not check["is_passed"]]
    return ", ".join(
        names[check["code"]] % {"measured": _number(check["measured"]), "limit": _number(check["limit"])}
        for check in failed
    )


def _number(value: float | None) -> str:
    if value is None:
        return "–"
    return f"{value:.0f}" if value >= 2 else f"{value:.3f}"
