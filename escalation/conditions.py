"""Conditions of policies and levels: plain validated data, matched by a pure function that names what failed."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tickets.lifecycle import Status

FIELDS = ("category", "priority", "team", "organisation", "tag", "channel")
# Automations may ask for the status besides: a promise depends on none.
AUTOMATION_FIELDS = (*FIELDS, "status")
PRIORITIES = ("low", "medium", "high", "critical")


def validate_conditions(value: Any) -> None:
    """A dict from a known field to a non-empty list of slugs. Raises ValidationError with each field that is none."""
    _validate(value, FIELDS)


def validate_automation_conditions(value: Any) -> None:
    _validate(value, AUTOMATION_FIELDS)


def _validate(value: Any, fields: Sequence[str]) -> None:
    if not isinstance(value, dict):
        raise ValidationError(_('Conditions are an object like {"category": ["billing"]}.'))
    problems = [problem for field, allowed in value.items() for problem in _problems(field, allowed, fields)]
    if problems:
        raise ValidationError(problems)


def _problems(field: str, allowed: Any, fields: Sequence[str]) -> Iterator[ValidationError]:
    """Each with the field in its `params`, so that a form can show it where it belongs."""
    if field not in fields:
        said = _("“%(field)s” is no condition. Possible: %(fields)s.")
        yield ValidationError(said, params={"field": field, "fields": ", ".join(fields)})
        return
    if not isinstance(allowed, list) or not allowed or not all(_is_name(name) for name in allowed):
        said = _("“%(field)s” needs a list of names, for example [“billing”].")
        yield ValidationError(said, params={"field": field})
        return
    if field == "status" and (unknown := sorted(set(allowed) - set(Status.values))):
        said = _("“%(unknown)s” is no status. Possible: %(possible)s.")
        yield ValidationError(
            said, params={"field": field, "unknown": unknown[0], "possible": ", ".join(Status.values)}
        )
    if field == "priority" and (unknown := sorted(set(allowed) - set(PRIORITIES))):
        said = _("“%(unknown)s” is no priority. Possible: %(possible)s.")
        yield ValidationError(said, params={"field": field, "unknown": unknown[0], "possible": ", ".join(PRIORITIES)})


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\x00" not in value


def failed_condition(conditions: Mapping[str, Sequence[str]], facts: Mapping[str, frozenset[str]]) -> str | None:
    """The first field whose value is not among the allowed ones; None when all match.

    `facts` gives each field's values: one for most, several for tags, none when the ticket has none.
    """
    for field in AUTOMATION_FIELDS:
        allowed = conditions.get(field)
        if allowed and not facts[field].intersection(allowed):
            return field
    return None
