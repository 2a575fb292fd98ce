"""What a text says about its own urgency, by plain rules. Only ever a suggestion: people exaggerate, and understate."""

import re

from tickets.models import Priority

_ALL_STANDS_STILL = re.compile(
    r"\b(?:(?:everything|everyone|everybody|nobody|no one|whole (?:team|office|company|shop))\b.{0,40}\b(?:down|stopped|"
    r"blocked|locked out|work|log ?in|sign ?in)|production (?:is )?down|outage|data loss|security breach|hacked|"
    r"(?:alles|niemand|keiner|ganze\w* (?:team|büro|firma))\b.{0,40}\b(?:steht|still|geht|gesperrt|arbeiten|anmelden)|"
    r"(?:total)?ausfall|datenverlust|gehackt)\b",
    re.IGNORECASE,
)
_CANNOT_WORK = re.compile(
    r"\b(?:urgent(?:ly)?|asap|immediately|right away|deadline|can(?:'|no)?t (?:work|log ?in|sign ?in|pay|access)|"
    r"cannot (?:work|log ?in|sign ?in|pay|access)|locked out|blocked|"
    r"dringend|eilig|sofort|umgehend|kann (?:mich )?nicht (?:arbeiten|anmelden|einloggen|bezahlen)|gesperrt|ausgesperrt)\b",
    re.IGNORECASE,
)
_NO_HURRY = re.compile(
    r"\b(?:no (?:rush|hurry)|not urgent|when(?:ever)? you (?:have|find) (?:a moment|time)|nice to have|would be nice|"
    r"nicht (?:eilig|dringend)|keine eile|wenn sie (?:mal )?zeit haben|wäre schön)\b",
    re.IGNORECASE,
)


def suggested_priority(text: str) -> Priority | None:
    """None when the words say nothing about it. Never critical: that is for people who know what is at stake."""
    if _NO_HURRY.search(text):
        return Priority.LOW
    if _ALL_STANDS_STILL.search(text) or _CANNOT_WORK.search(text):
        return Priority.HIGH
    return None
