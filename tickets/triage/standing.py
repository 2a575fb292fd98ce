"""How triage stands at this moment: which version is the champion, and what somebody has switched off."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery

from helpdesk.core.configuration import Remembered
from tickets.models import ModelVersion, TriageSwitch


@dataclass(frozen=True, slots=True)
class Standing:
    version: int | None
    is_automatic: bool
    off: frozenset[str]

    def is_on(self, target: str) -> bool:
        return target not in self.off


def _load() -> Standing:
    off = TriageSwitch.objects.filter(is_on=False).values("target")
    champion = (
        ModelVersion.objects.filter(state=ModelVersion.State.CHAMPION)
        .annotate(off=ArraySubquery(off))
        .values_list("pk", "is_automatic", "off")
        .first()
    )
    if champion is None:
        return Standing(None, False, frozenset(off.values_list("target", flat=True)))
    return Standing(champion[0], champion[1], frozenset(champion[2]))


standing = Remembered("triage", _load)


def is_on(target: str) -> bool:
    return standing().is_on(target)
