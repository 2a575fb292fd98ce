"""Whether a new version takes over: it must not be worse than the one in use, and must be right when it decides alone."""

from dataclasses import asdict, dataclass, field
from typing import Any

from tickets.triage.evaluation import Figures

FEWEST_LABELLED = 200
MACRO_F1_MAY_LOSE = 0.005
AUTOMATIC_PRECISION = 0.95
CALIBRATION_ERROR = 0.05


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: what it is, what was measured, what it takes."""

    code: str
    is_passed: bool
    measured: float | None
    limit: float


@dataclass(frozen=True, slots=True)
class Ruling:
    """`activates`: it takes over. `is_automatic`: it may decide alone. `why` names what settled it."""

    activates: bool
    is_automatic: bool
    why: str
    checks: list[Check] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def rule(
    candidate: Figures, *, champion_f1: float | None, labelled: int, champion_is_automatic: bool, erased: int = 0
) -> Ruling:
    """`champion_f1`: its macro-F1 on the same tickets; None when there is none, or when it can't be used any more.

    With `erased` tickets among what the champion has learned from, the candidate takes over in any case: what was
    erased must be forgotten. It then decides alone only if it passes.
    """
    least = 0.0 if champion_f1 is None else champion_f1 - MACRO_F1_MAY_LOSE
    precision = candidate.automatic_precision
    # With nothing decided alone nothing was decided wrongly.
    is_precise = precision is None or precision >= AUTOMATIC_PRECISION
    checks = [
        Check("labelled", labelled >= FEWEST_LABELLED, labelled, FEWEST_LABELLED),
        Check("macro_f1", candidate.macro_f1 >= least, candidate.macro_f1, least),
        Check("automatic_precision", is_precise, precision, AUTOMATIC_PRECISION),
        Check(
            "calibration_error",
            candidate.calibration_error <= CALIBRATION_ERROR,
            candidate.calibration_error,
            CALIBRATION_ERROR,
        ),
    ]
    failed = {check.code for check in checks if not check.is_passed}
    may_decide = not failed
    if erased:
        return Ruling(True, may_decide, "erased", checks)
    if "macro_f1" in failed:
        return Ruling(False, False, "worse", checks)
    if may_decide:
        return Ruling(True, True, "passed", checks)
    if not champion_is_automatic:
        # Better suggestions than those in use are worth having, also while it may not decide.
        return Ruling(True, False, "suggests_only", checks)
    return Ruling(False, False, "not_sure_enough", checks)
