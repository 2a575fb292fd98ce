"""Which label a ticket gets, how sure that is, and why: two linear models, fused, calibrated, able to abstain."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tickets.triage import encoder as encoders
from tickets.triage.examples import Examples, Near
from tickets.triage.heads import MeaningHead, WordsHead
from tickets.triage.mixing import Mixture
from tickets.triage.suggestion import Neighbour, Suggestion
from tickets.triage.terms import Terms
from tickets.triage.thresholds import Thresholds, confidence

if TYPE_CHECKING:
    import numpy as np

    from tickets.triage.encoder import Encoder

_TERMS_SHOWN = 5
_NEIGHBOURS_SHOWN = 3


class WrongEncoder(ValueError):
    """The points of another encoder mean something else: fit again."""


@dataclass(frozen=True)
class Classifier:
    """Made by `classifier.fit` and `classifier.cold_start`. Predicting needs numpy and the encoder, never scikit-learn."""

    labels: list[str]
    encoder_name: "encoders.EncoderName"
    encoder_digest: str
    terms: Terms
    meaning: MeaningHead
    words: WordsHead
    mixture: Mixture
    thresholds: Thresholds
    examples: Examples

    def predict(self, texts: Sequence[str], *, embeddings: "np.ndarray | None" = None) -> list[Suggestion]:
        """`embeddings`: of the texts, when somebody has them already."""
        points = self.embed(texts) if embeddings is None else embeddings
        rows = self.terms.rows(texts)
        near = self.examples.near(points, count=_NEIGHBOURS_SHOWN, labels=len(self.labels))
        scores = [self.meaning.scores(points), self.words.scores(rows), near.by_label]
        probabilities = self.mixture.probabilities(scores)
        confident = confidence(probabilities.max(axis=1), near.nearest)
        return [
            Suggestion(
                ranked=self._ranked(probabilities[i]),
                confidence=float(confident[i]),
                outcome=self.thresholds.outcome(float(confident[i])),
                terms=self._telling_terms(rows.row(i), int(probabilities[i].argmax())),
                nearest=self._neighbours(near, i),
            )
            for i in range(len(texts))
        ]

    def embed(self, texts: Sequence[str]) -> "np.ndarray":
        """Raises EncoderUnavailable, and WrongEncoder when the installed one is not the one fitted with."""
        return self.check(encoders.encoder(self.encoder_name)).encode(texts)

    def check(self, encoder: "Encoder") -> "Encoder":
        if encoder.digest != self.encoder_digest:
            raise WrongEncoder(f"Fitted with {self.encoder_digest}, but installed is {encoder.digest}: train again.")
        return encoder

    def to_bytes(self) -> bytes:
        """numpy's own archive and JSON in it: reading it back runs nothing."""
        from tickets.triage.archive import pack

        return pack(self)

    @classmethod
    def from_bytes(cls, stored: bytes) -> "Classifier":
        """Raises archive.BrokenModel."""
        from tickets.triage.archive import unpack

        return unpack(stored)

    def _neighbours(self, near: Near, row: int) -> list[Neighbour]:
        """Nearest first. None of a cold start, which knows no ticket."""
        if not self.examples.are_tickets:
            return []
        return [
            Neighbour(int(place), float(similarity))
            for place, similarity in zip(near.places[row], near.similarities[row], strict=True)
        ]

    def _ranked(self, probabilities: "np.ndarray") -> list[tuple[str, float]]:
        order = (-probabilities).argsort(kind="stable")
        return [(self.labels[place], float(probabilities[place])) for place in order]

    def _telling_terms(self, row: tuple["np.ndarray", "np.ndarray"], target: int) -> list[str]:
        """The words that speak for this label more than for the others, the strongest first."""
        columns, values = row
        weights = self.words.weights[columns].astype("float32")
        gains = values * (weights[:, target] - weights.mean(axis=1))
        strongest = (-gains).argsort(kind="stable")
        words = [int(i) for i in strongest if gains[i] > 0 and self.terms.is_word(columns[i])]
        return [self.terms.names[columns[i]] for i in words[:_TERMS_SHOWN]]
