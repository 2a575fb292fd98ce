"""`manage.py evaluate_triage`: how well triage would read texts that nobody here has seen."""

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tickets.triage import encoder as encoders
from tickets.triage.classifier import NothingToLearn
from tickets.triage.reading_csv import LabelledTexts, UnreadableRows, read_labelled, read_texts

_SHOWN = (
    ("accuracy", "accuracy"),
    ("top_three", "right label among the first three"),
    ("macro_f1", "macro-F1"),
    ("calibration_error", "calibration error (15 bins)"),
    ("brier", "Brier score (0 to 2)"),
    ("coverage_at_precision", "coverage at 95 % precision"),
    ("automatic_coverage", "decided automatically"),
    ("automatic_precision", "precision of these"),
    ("suggested", "suggested"),
    ("abstained", "abstained"),
    ("out_of_scope_recall", "out of scope, recognised"),
    ("in_scope_kept", "in scope, kept"),
    ("train_rows", "training rows"),
    ("test_rows", "test rows"),
    ("skipped_rows", "rows without text or label"),
    ("labels", "labels in the test"),
    ("unknown_labels", "of these unknown to the model"),
    ("training_cpu_seconds", "training, CPU seconds"),
    ("latency_p50_ms", "one text, CPU p50, ms"),
    ("latency_p95_ms", "one text, CPU p95, ms"),
    ("memory_mb", "process with the model, MB"),
)


class Command(BaseCommand):
    help = "Trains on one CSV file of text,label, measures on another, and prints the figures as a table and as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--train", type=Path, required=True, metavar="FILE", help="CSV with a header: text,label")
        parser.add_argument("--test", type=Path, required=True, metavar="FILE", help="CSV with a header: text,label")
        parser.add_argument("--out-of-scope", type=Path, metavar="FILE", help="CSV of texts that belong to no label")
        parser.add_argument("--encoder", choices=("minilm", "none"), help="else minilm where it is installed")
        draw = parser.add_mutually_exclusive_group()
        draw.add_argument("--shots", type=_count, metavar="N", help="train on N rows of each label; 0: on names alone")
        draw.add_argument("--sample", type=_count, metavar="N", help="train on N rows drawn at random")
        parser.add_argument("--seeds", type=_count, metavar="N", help="draws to average over: else 5 with a draw, or 1")
        parser.add_argument("--without-names", action="store_true", help="learn nothing from the names of the labels")
        parser.add_argument("--text-column", default="", metavar="NAME")
        parser.add_argument("--label-column", default="", metavar="NAME")
        parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there, too")

    def handle(self, **options: Any) -> None:
        try:
            columns = {"text_column": options["text_column"], "label_column": options["label_column"]}
            train, test = read_labelled(options["train"], **columns), read_labelled(options["test"], **columns)
            others = options["out_of_scope"]
            strangers = read_texts(others, text_column=options["text_column"]) if others else []
            document = self._measure(train, test, strangers, options)
        except (UnreadableRows, NothingToLearn, encoders.EncoderUnavailable) as error:
            raise CommandError(str(error)) from None
        for name, words in _SHOWN:
            self.stdout.write(f"{words:40} {_figure(document['mean'].get(name))}")
        text = json.dumps(document, ensure_ascii=False)
        self.stdout.write(text)
        if options["json"]:
            try:
                options["json"].write_text(text + "\n", encoding="utf-8")
            except OSError as error:
                raise CommandError(f"{options['json']} can't be written: {error.strerror}.") from None

    def _measure(
        self, train: LabelledTexts, test: LabelledTexts, strangers: list[str], options: dict[str, Any]
    ) -> dict[str, Any]:
        name = options["encoder"] or ("minilm" if encoders.available("minilm") else "none")
        encoder = encoders.encoder(name)
        # These need numpy, which the lines above have made sure of.
        from tickets.triage.cost import cost_of
        from tickets.triage.trials import Plan, Rows, averages, try_out

        has_draw = options["shots"] is not None or options["sample"] is not None
        plan = Plan(
            shots=options["shots"],
            sample=options["sample"],
            seeds=options["seeds"] or (5 if has_draw else 1),
            uses_names=not options["without_names"],
        )
        self._tell(f"encoder {encoder.name}; reading {len(train.texts):,} + {len(test.texts):,} texts")
        trials = try_out(
            Rows.of(train.texts, train.labels, encoder),
            Rows.of(test.texts, test.labels, encoder),
            strangers,
            plan,
            encoder=encoder,
            tell=self._tell,
        )
        cost = cost_of(trials[-1].classifier, test.texts)
        mean = averages(trials) | {
            "train_rows": trials[-1].rows,
            "test_rows": len(test.texts),
            "skipped_rows": train.skipped + test.skipped,
            "training_cpu_seconds": sum(trial.training_seconds for trial in trials) / len(trials),
            "latency_p50_ms": cost.p50_ms,
            "latency_p95_ms": cost.p95_ms,
            "memory_mb": cost.memory_mb,
        }
        return {
            "encoder": encoder.name,
            "seeds": plan.seeds,
            "shots": plan.shots,
            "sample": plan.sample,
            "mean": mean,
            "trials": [trial.figures.to_dict() for trial in trials],
        }

    def _tell(self, line: str) -> None:
        """Beside the result, so that a pipe gets only that."""
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()


def _count(text: str) -> int:
    if not text.isdecimal():
        raise ArgumentTypeError(f"{text} is no count")
    return int(text)


def _figure(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4f}" if value < 1 else f"{value:,.1f}"
