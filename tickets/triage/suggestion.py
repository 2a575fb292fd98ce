"""What the classifier says about one text, with its reasons."""

from dataclasses import dataclass
from typing import Literal

Outcome = Literal["automatic", "suggested", "abstained"]


@dataclass(frozen=True)
class Neighbour:
    """A past example: its place among the texts that the classifier was fitted on, and the cosine to it."""

    index: int
    similarity: float


@dataclass(frozen=True)
class Suggestion:
    """`ranked` holds all labels, the likeliest first. `terms` speak for the first of them."""

    ranked: list[tuple[str, float]]
    confidence: float
    outcome: Outcome
    terms: list[str]
    nearest: list[Neighbour]

    @property
    def label(self) -> str:
        return self.ranked[0][0]

    @property
    def probability(self) -> float:
        return self.ranked[0][1]
