"""Working time as people write it: "4 h 30 min"."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy

from escalation.models.sla import TEN_YEARS

_LENGTH = re.compile(r"(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*m(?:in)?)?\s*(?:(\d{1,9})\s*s?)?")
# "-15 min" as well as "15 min before".
_BEFORE = re.compile(r"(?:[-−–]\s*(?P<signed>.+)|(?P<said>.+?)\s*before)")


class LengthField(forms.CharField):
    """Seconds, from a text like "4 h 30 min"; a number alone are seconds. None when it may be empty, and is."""

    least = 1
    wrong = gettext_lazy("Write it like “4 h 30 min”, at least a second and at most ten years.")

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value) or "").strip().lower()
        return self.seconds(text) if text else None

    def seconds(self, text: str) -> int:
        match = _LENGTH.fullmatch(text)
        seconds = (int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0)) if match else -1
        if not self.least <= seconds <= TEN_YEARS:
            raise ValidationError(self.wrong)
        return seconds

    def has_changed(self, initial: Any, data: Any) -> bool:
        if initial is None or not data:
            return bool(data) or initial is not None
        try:
            return self.clean(data) != initial
        except ValidationError:
            return True


class DelayField(LengthField):
    """The same, and nothing at all is "0"."""

    least = 0
    wrong = gettext_lazy("Write it like “4 h 30 min”, or 0; at most ten years.")

    def prepare_value(self, value: Any) -> Any:
        return "0" if value == 0 else super().prepare_value(value)


class OffsetField(DelayField):
    """The same before or after something: "15 min before" is less than nothing."""

    wrong = gettext_lazy("Write it like “30 min” or “15 min before”; 0 is at that very moment.")

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int) and value < 0:
            return f"{written(-value)} before"
        return super().prepare_value(value)

    def seconds(self, text: str) -> int:
        before = _BEFORE.fullmatch(text)
        return -super().seconds(before["signed"] or before["said"]) if before else super().seconds(text)


def written(seconds: int | None) -> str:
    if not seconds:
        return ""
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
