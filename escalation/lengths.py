"""Working time as people write it: "4 h 30 min"."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from escalation.models.sla import TEN_YEARS

_LENGTH = re.compile(r"(?:(\d{1,5})\s*h)?\s*(?:(\d{1,6})\s*m(?:in)?)?\s*(?:(\d{1,9})\s*s?)?")


class LengthField(forms.CharField):
    """Seconds, from a text like "4 h 30 min"; a number alone are seconds. None when it may be empty, and is."""

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, int) else value

    def clean(self, value: Any) -> int | None:
        text = str(super().clean(value) or "").strip().lower()
        if not text:
            return None
        match = _LENGTH.fullmatch(text)
        seconds = (int(match[1] or 0) * 3600 + int(match[2] or 0) * 60 + int(match[3] or 0)) if match else 0
        if not 0 < seconds <= TEN_YEARS:
            raise forms.ValidationError(_("Write it like “4 h 30 min”, at least a second and at most ten years."))
        return seconds

    def has_changed(self, initial: Any, data: Any) -> bool:
        return written(initial) != str(data or "").strip() if isinstance(initial, int) else bool(initial or data)


def written(seconds: int | None) -> str:
    if not seconds:
        return ""
    parts = ((seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count)
