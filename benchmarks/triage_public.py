"""BANKING77 and CLINC150: published sets with official splits. Every setting was chosen on their training rows alone."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from benchmarks.goal import Goal
from tickets.triage.cost import cost_of
from tickets.triage.encoder import Encoder
from tickets.triage.likeness import RareWords, blended
from tickets.triage.reading_csv import read_labelled
from tickets.triage.trials import Plan, Rows, Trial, averages, drawn, try_out

_PAST = 1000
_ASKED = 1000
_SHOWN = (
    *("accuracy", "macro_f1", "calibration_error", "brier", "coverage_at_precision", "automatic_coverage"),
    *("automatic_precision", "in_scope_kept", "out_of_scope_recall"),
)


@dataclass(frozen=True)
class _Set:
    train: Rows
    test: Rows
    out_of_scope: Sequence[str] = ()


def goals(data: Path, encoder: Encoder, *, seeds: int) -> list[Goal]:
    banking = _banking(data, encoder)
    full = _tried("BANKING77, all rows", banking, Plan(seeds=seeds), encoder)
    ten = _tried("BANKING77, 10-shot", banking, Plan(shots=10, seeds=seeds), encoder)
    five = _tried("BANKING77, 5-shot", banking, Plan(shots=5, seeds=seeds), encoder)
    own = _tried("BANKING77, 1,000 own tickets", banking, Plan(sample=1000, seeds=seeds), encoder)
    _tried("BANKING77, 200 own tickets", banking, Plan(sample=200, seeds=seeds), encoder)
    cold = _tried("BANKING77, names alone", banking, Plan(shots=0), encoder)
    clinc = _tried("CLINC150, all rows", _clinc(data, encoder), Plan(seeds=seeds), encoder)
    cost = cost_of(full[-1].classifier, banking.test.texts)
    long = cost_of(full[-1].classifier, _long(banking.test.texts))
    return [
        _least("BANKING77, all rows, accuracy", full, "accuracy", 0.935),
        _least("BANKING77, 10-shot, accuracy", ten, "accuracy", 0.855),
        _least("BANKING77, 5-shot, accuracy", five, "accuracy", 0.79),
        _least("CLINC150 in scope, accuracy", clinc, "accuracy", 0.955),
        _least("CLINC150 out of scope, recognised", clinc, "out_of_scope_recall", 0.83),
        _least("CLINC150 in scope, kept", clinc, "in_scope_kept", 0.95),
        _least("cold start from names, accuracy", cold, "accuracy", 0.60),
        _least("1,000 own tickets, accuracy", own, "accuracy", 0.85),
        _most("calibration error, 1,000 own tickets", own, "calibration_error", 0.03),
        _most("calibration error, all rows", full, "calibration_error", 0.03),
        _least("coverage at 95 % precision, 1,000 own", own, "coverage_at_precision", 0.75),
        _least("automatic decisions, precision, all rows", full, "automatic_precision", 0.95),
        _least("automatic decisions, coverage, all rows", full, "automatic_coverage", 0.75),
        _least("automatic decisions, precision, 1,000 own", own, "automatic_precision", 0.95),
        Goal.at_least("similar tickets, BANKING77, hit@5", _hits(banking, seeds), 0.90, unit=""),
        Goal.at_most("one ticket, CPU p95", cost.p95_ms, 60, unit="ms"),
        Goal.at_most("one long ticket, CPU p95", long.p95_ms, 60, unit="ms"),
        Goal.at_most("process with the model", max(cost.memory_mb, long.memory_mb), 400, unit="MB"),
        Goal.at_most("training on 10,003 rows, CPU", mean(trial.training_seconds for trial in full), 60, unit="s"),
    ]


def _banking(data: Path, encoder: Encoder) -> _Set:
    train, test = (read_labelled(data / "banking77" / f"{name}.csv") for name in ("train", "test"))
    return _Set(Rows.of(train.texts, train.labels, encoder), Rows.of(test.texts, test.labels, encoder))


def _clinc(data: Path, encoder: Encoder) -> _Set:
    found = json.loads((data / "clinc150" / "data_full.json").read_text())
    train, test = (
        Rows.of([text for text, _ in found[name]], [label for _, label in found[name]], encoder)
        for name in ("train", "test")
    )
    return _Set(train, test, [text for text, _ in found["oos_test"]])


def _tried(name: str, data: _Set, plan: Plan, encoder: Encoder) -> list[Trial]:
    trials = try_out(data.train, data.test, data.out_of_scope, plan, encoder=encoder, tell=lambda _line: None)
    figures = averages(trials)
    values = [(key, figures[key]) for key in _SHOWN]
    print(f"{name}: " + ", ".join(f"{key} {value:.4f}" for key, value in values if value is not None), flush=True)
    return trials


def _least(name: str, trials: Sequence[Trial], figure: str, limit: float) -> Goal:
    return Goal.at_least(name, averages(trials)[figure], limit, unit="")


def _most(name: str, trials: Sequence[Trial], figure: str, limit: float) -> Goal:
    return Goal.at_most(name, averages(trials)[figure], limit, unit="")


def _hits(data: _Set, seeds: int) -> float:
    """The share of questions with one of the same intent among the first five of 1,000 past ones."""
    found = []
    for seed in range(seeds):
        past = drawn(data.train, Plan(sample=_PAST), seed=seed)
        asked = drawn(data.test, Plan(sample=_ASKED), seed=seed)
        words = RareWords(past.texts)
        for text, label, point in zip(asked.texts, asked.labels, asked.points, strict=True):
            scores = blended(words.scores(text), past.points @ point)
            found.append(label in [past.labels[place] for place in (-scores).argsort()[:5]])
    return sum(found) / len(found)


def _long(texts: Sequence[str]) -> list[str]:
    return [" ".join(texts[i : i + 30]) for i in range(0, len(texts) - 30, 30)]
