"""Conditions as rows: a field each, and any of which values. Only what has a value is a condition."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.admin.rules.rows import Faults, RowsField, RowsWidget, faults_by
from escalation.admin.rules.targets import Targets
from escalation.conditions import AUTOMATION_FIELDS, FIELDS, validate_automation_conditions, validate_conditions
from helpdesk.core.text import single_line

LABELS = {
    "category": gettext_lazy("Category"),
    "priority": gettext_lazy("Priority"),
    "team": gettext_lazy("Team"),
    "organisation": gettext_lazy("Organisation"),
    "tag": gettext_lazy("Tag"),
    "channel": gettext_lazy("Channel"),
    "status": gettext_lazy("Status"),
}
_ICONS = {
    "category": "layers",
    "priority": "signal-high",
    "team": "users",
    "organisation": "building-2",
    "tag": "tag",
    "channel": "inbox",
    "status": "circle-dot",
}
_GONE = {
    "category": gettext_lazy("There is no category “%(value)s” any more: untick it, and choose another."),
    "team": gettext_lazy("There is no team “%(value)s” any more: untick it, and choose another."),
    "organisation": gettext_lazy("There is no organisation “%(value)s”: remove it, or write its name as it is listed."),
    "tag": gettext_lazy("There is no tag “%(value)s”: remove it, or add it under Tags first."),
    "channel": gettext_lazy("There is no channel “%(value)s” any more: untick it, and choose another."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class ConditionRow:
    """`choices` is None where there may be thousands: then `names` are written, one a line."""

    key: str
    label: Any
    icon: str
    choices: list[Choice] | None
    names: list[str]
    is_empty: bool
    faults: list[str] = field(default_factory=list)


class ConditionsWidget(RowsWidget):
    template_name = "console/promises/rules/conditions.html"
    fields: Sequence[str] = FIELDS

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> dict[str, Any]:
        """What was stored and is no condition stays as it was, until it is unticked."""
        said: dict[str, Any] = {}
        for each in data.getlist(f"{name}-kept"):
            try:
                said |= json.loads(each)
            except (TypeError, ValueError):
                continue
        for condition in self.fields:
            if values := list(self._values(data, f"{name}-{condition}", condition)):
                said[condition] = values
        return said

    def rows_context(self, name: str, value: Any) -> dict[str, Any]:
        value = value if isinstance(value, Mapping) else {}
        faults = faults_of(value, self.fields, self.targets)
        rows = [self._row(condition, value.get(condition), faults) for condition in self.fields]
        unread = {key: each for key, each in value.items() if not _is_readable(key, each, self.fields)}
        kept = [
            (json.dumps({key: each}), f"{key}: {_shown(each)}", faults.get(key, [])) for key, each in unread.items()
        ]
        return {"rows": rows, "kept": kept}

    def _row(self, condition: str, value: Any, faults: Faults) -> ConditionRow:
        chosen = value if _is_readable(condition, value, self.fields) else []
        known = self.targets.choices(condition)
        choices = None
        if known is not None:
            offered = {
                each: label for each, label in known.items() if each in chosen or self.targets.is_on(condition, each)
            }
            choices = [Choice(each, label, each in chosen) for each, label in offered.items()]
            choices += [Choice(each, each, is_chosen=True, is_there=False) for each in chosen if each not in known]
        return ConditionRow(
            condition, LABELS[condition], _ICONS[condition], choices, chosen, not chosen, faults.get(condition, [])
        )

    def _values(self, data: Any, name: str, condition: str) -> Iterator[str]:
        if self.targets.choices(condition) is None:
            lines = str(data.get(name) or "").splitlines()
            folded = {line: single_line(line) for line in lines}
            self.targets.mention_conditions({condition: [*folded, *folded.values()]})
            # A name that somebody else wrote, as an import, may hold what nobody can type.
            said = [line if self.targets.is_there(condition, line) else folded[line] for line in lines]
            said = [line.lower() if condition == "tag" else line for line in said if line]
        else:
            said = [each for each in data.getlist(name) if each]
        yield from dict.fromkeys(said)


class ConditionsField(RowsField):
    widget = ConditionsWidget

    def __init__(self, *, fields: Sequence[str], targets: Targets, **options: Any) -> None:
        super().__init__(targets=targets, required=False, **options)
        self.fields = fields
        self.widget.fields = fields

    def mention(self, value: Any) -> None:
        self.targets.mention_conditions(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return _as_sets(initial) != _as_sets(data)

    def validate(self, value: Any) -> None:
        if faults_of(value, self.fields, self.targets):
            raise ValidationError(_("Nothing was saved: see the marked conditions."), code="rows")


def faults_of(value: Mapping[str, Any], fields: Sequence[str], targets: Targets) -> Faults:
    """What is wrong, by field: as the model says it, and what it names that is not there."""
    validator = validate_automation_conditions if fields == AUTOMATION_FIELDS else validate_conditions
    faults, _whole = faults_by("field", validator, value)
    for condition, values in value.items():
        if condition in faults or condition not in _GONE:
            continue
        gone = [each for each in values if not targets.is_there(condition, each)]
        if gone:
            faults[condition] = [_GONE[condition] % {"value": each} for each in gone]
    return faults


def _is_readable(condition: str, value: Any, fields: Sequence[str]) -> bool:
    return condition in fields and isinstance(value, list) and all(isinstance(each, str) for each in value)


def _shown(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) and all(isinstance(each, str) for each in value) else str(value)


def _as_sets(value: Any) -> Any:
    """The order of alternatives means nothing."""
    if not isinstance(value, Mapping):
        return value
    return {key: frozenset(each) if _is_readable(key, each, [key]) else each for key, each in value.items()}
