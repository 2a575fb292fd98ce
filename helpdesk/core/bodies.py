"""Request bodies of the API: explicit fields, unknown ones refused by name, text that PostgreSQL can keep."""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from helpdesk.core.text import single_line, validate_storable


# No docstring: it would become the description of every body in the published schema.
class Body(serializers.Serializer[Any]):
    # Other names of a field, and ours. Both at once must agree.
    spellings: Mapping[str, str] = {}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            data = self._in_our_spelling(data)
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                # Silence would let a caller believe in what never happens.
                sentence = _("There is no such field here.")
                raise serializers.ValidationError({str(name)[:100]: [sentence] for name in unknown[:20]})
        return super().to_internal_value(data)

    def _in_our_spelling(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        foreign = [name for name in data if name in self.spellings]
        if not foreign:
            return data
        ours: Any = data.copy() if isinstance(data, QueryDict) else dict(data)
        for name in foreign:
            own, value = self.spellings[name], ours[name]
            if own in ours and ours[own] != value:
                sentence = _("“%(name)s” and “%(own)s” are the same field and must not differ.")
                raise serializers.ValidationError({own: [sentence % {"name": name, "own": own}]})
            ours[own] = value
            del ours[name]
        return ours


class Text(serializers.CharField):
    """Kept character by character, and never only white space unless it may be blank. Numbers are no text."""

    default_error_messages = {"empty": _("This must not be empty.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(trim_whitespace=False, **options)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        validate_storable(data)
        if not self.allow_blank and not any(sign.isprintable() and not sign.isspace() for sign in data):
            self.fail("empty")
        return data


class Line(Text):
    """One line: a subject, a name. Line breaks and white space are folded before its length is looked at."""

    def to_internal_value(self, data: Any) -> str:
        line = single_line(super().to_internal_value(data))
        if not line and not self.allow_blank:
            self.fail("empty")
        return line
