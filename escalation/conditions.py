"""Conditions of policies and levels: plain validated data, matched by a pure function that names what failed."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from tickets.lifecycle import Status

FIELDS = ("category", "priority", "team", "organisation", "tag", "channel")
# Automations may ask for the status besides: a promise depends on none.
AUTOMATION_FIELDS = (*FIELDS, "status")
PRIORITIES = ("low", "medium", "high", "critical")


def validate_conditions(value: Any) -> None:
    """A dict from a known field to a non-empty list of slugs. Raises ValidationError naming the field."""
    _validate(value, FIELDS)


def validate_automation_conditions(value: Any) -> None:
    _validate(value, AUTOMATION_FIELDS)


def _validate(value: Any, fields: Sequence[str]) -> None:
    if not isinstance(value, dict):
        raise ValidationError(_('Conditions are an object like {"category": ["billing"]}.'))
    for field, allowed in value.items():
        if field not in fields:
            raise ValidationError(
                _("“%(field)s” is no condition. Possible: %(fields)s.") % {"field": field, "fields": ", ".join(fields)}
            )
        if not isinstance(allowed, list) or not allowed or not all(isinstance(item, str) for item in allowed):
            raise ValidationError(_("“%(field)s” needs a list of names, for example [“billing”].") % {"field": field})
        if field == "status" and (unknown := sorted(set(allowed) - set(Status.values))):
            raise ValidationError(
                _("“%(unknown)s” is no status. Possible: %(statuses)s.")
                % {"unknown": unknown[0], "statuses": ", ".join(Status.values)}
            )
        if field == "priority" and (unknown := sorted(set(allowed) - set(PRIORITIES))):
            raise ValidationError(
                _("“%(unknown)s” is no priority. Possible: %(priorities)s.")
                % {"unknown": unknown[0], "priorities": ", ".join(PRIORITIES)}
            )


def failed_condition(conditions: Mapping[str, Sequence[str]], facts: Mapping[str, frozenset[str]]) -> str | None:
    """The first field whose value is not among the allowed ones; None when all match.

    `facts` gives each field's values: one for most, several for tags, none when the ticket has none.
    """
    for field in AUTOMATION_FIELDS:
        allowed = conditions.get(field)
        if allowed and not facts[field].intersection(allowed):
            return field
    return None
