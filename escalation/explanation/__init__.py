"""Why a deadline is what it is: one sentence first, and below it the stretches of time that add up to it."""

from escalation.explanation.reading import ExplainedClock, explained_clocks
from escalation.explanation.segments import Segment, SegmentKind

__all__ = ["ExplainedClock", "Segment", "SegmentKind", "explained_clocks"]
