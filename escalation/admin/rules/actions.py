"""Actions as an ordered list of rows: a kind, and what this kind needs."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from escalation.actions import (
    AUTOMATION_ACTIONS,
    LEVEL_ACTIONS,
    MAX_ACTIONS,
    Arguments,
    team_slug_in,
    user_id_in,
    validate_actions,
    validate_automation_actions,
)
from escalation.admin.rules.rows import Faults, RowsField, RowsWidget, faults_by
from escalation.admin.rules.targets import Targets, address_of, gone_person, gone_team
from escalation.lengths import LengthField, written
from helpdesk.core.text import single_line

KINDS = {
    "notify": gettext_lazy("Tell somebody"),
    "raise_priority": gettext_lazy("Raise the priority one step"),
    "reassign": gettext_lazy("Give it to"),
    "add_watcher": gettext_lazy("Add a watcher"),
    "tag": gettext_lazy("Add a tag"),
    "untag": gettext_lazy("Remove a tag"),
    "note": gettext_lazy("Write an internal note"),
    "message": gettext_lazy("Write to the customer"),
    "tell_customer": gettext_lazy("Tell the customer of a later time"),
    "webhook": gettext_lazy("Call a webhook"),
    "wait": gettext_lazy("Wait for the customer"),
    "resolve": gettext_lazy("Resolve it"),
    "close": gettext_lazy("Close it"),
}
ROLES = {
    "assignee": gettext_lazy("Whoever has the ticket"),
    "team": gettext_lazy("The whole team"),
    "lead": gettext_lazy("The team’s lead"),
    "leads_lead": gettext_lazy("The lead’s lead"),
    "on_call": gettext_lazy("Whoever is on call"),
    "watchers": gettext_lazy("Everybody who watches"),
}
DESTINATIONS = {
    "next_best": gettext_lazy("The next best agent"),
    "lead": gettext_lazy("The team’s lead"),
}
# In `who`: somebody by name, who stands in `person`. In `do`: what is stored and no action we know.
PERSON, UNKNOWN = "person", "unknown"
# The part of a row that an argument is typed into.
_PART_OF = {"who": "who", "to": "to", "name": "tag", "text": "text", "more_seconds": "more", "endpoint": "endpoint"}
BLANK_ROWS = 2
# Rows that a browser may send; what is more than the model takes is refused by it.
_MOST_ROWS = 100
_PARTS = ("do", "who", "person", "to", "tag", "text", "more", "endpoint", "raw", "order", "remove")


@dataclass(slots=True)
class ActionRow:
    """As it is typed. `raw` is an action that we do not know, as it is stored."""

    do: str = ""
    who: str = ""
    person: str = ""
    to: str = ""
    tag: str = ""
    text: str = ""
    more: str = ""
    endpoint: str = ""
    raw: str = ""
    faults: list[str] = field(default_factory=list)

    @property
    def is_blank(self) -> bool:
        said = (self.do, self.who, self.to, self.endpoint, self.person, self.tag, self.text, self.more)
        return not any(said)

    @property
    def marked(self) -> str:
        """The part that its faults are about."""
        if not self.faults:
            return ""
        part = next((_PART_OF[name] for name in _arguments(self.do)), "do")
        return "person" if part == "who" and self.who == PERSON else part

    def action(self, targets: Targets) -> dict[str, Any]:
        """What would be stored; arguments that nobody filled in are there, and not valid."""
        if self.do == UNKNOWN:
            return _loaded(self.raw)
        arguments = {
            "who": lambda: _who(self, targets),
            "to": lambda: self.to,
            "name": lambda: single_line(self.tag).lower(),
            "text": lambda: self.text.replace("\r\n", "\n"),
            "more_seconds": lambda: _seconds(self.more),
            "endpoint": lambda: self.endpoint,
        }
        return {"do": self.do} | {name: arguments[name]() for name in _arguments(self.do)}


class ActionsWidget(RowsWidget):
    template_name = "console/promises/rules/actions.html"
    known: Mapping[str, Arguments] = LEVEL_ACTIONS

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> list[ActionRow]:
        """In their order. What is removed or was left blank is no row."""
        pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-do")
        numbers = sorted(int(match[1]) for key in data if (match := pattern.fullmatch(key)))[:_MOST_ROWS]
        found = []
        for number in numbers:
            said = {part: str(data.get(f"{name}-{number}-{part}") or "") for part in _PARTS}
            order, removed = said.pop("order"), said.pop("remove")
            row = ActionRow(**said)  # type: ignore[arg-type]  # all but `faults` is text
            if not removed and not row.is_blank:
                found.append((int(order) if order.isdecimal() and len(order) < 6 else _MOST_ROWS, number, row))
        return [row for _order, _number, row in sorted(found, key=lambda each: each[:2])]

    def rows_context(self, name: str, value: Any) -> dict[str, Any]:
        rows = value if isinstance(value, list) else []
        faults, _whole = faults_of(rows, self.known, self.targets)
        for number, row in enumerate(rows):
            row.faults = faults.get(number, [])
        shown = [*rows, *(ActionRow() for _number in range(BLANK_ROWS))]
        return {
            "rows": [self._shown(name, number, row, is_open=number == 0) for number, row in enumerate(shown)],
            "most": MAX_ACTIONS,
        }

    def _shown(self, name: str, number: int, row: ActionRow, *, is_open: bool) -> dict[str, Any]:
        """The row with what its selects offer; what is chosen and not there any more is among it."""
        teams = self.targets.teams_to_give_to()
        to = [(f"team:{slug}", title, True) for slug, title in teams.items()]
        slug = team_slug_in(row.to)
        if slug is not None and slug not in teams:
            to.append((row.to, self.targets.name_of("team", slug), False))
        return {
            "row": row,
            "prefix": f"{name}-{number}",
            "order": number + 1,
            "is_blank": row.is_blank,
            "is_open": is_open,
            "kinds": [(kind, label) for kind, label in KINDS.items() if kind in self.known],
            "roles": ROLES.items(),
            "destinations": DESTINATIONS.items(),
            "teams": to,
            "endpoints": self._endpoints(row) if "webhook" in self.known else None,
        }

    def _endpoints(self, row: ActionRow) -> list[tuple[str, str, bool]]:
        offered = [(key, title, True) for key, title in self.targets.endpoints.items()]
        is_gone = row.endpoint and row.endpoint not in self.targets.endpoints
        return [*offered, (row.endpoint, row.endpoint, False)] if is_gone else offered


class ActionsField(RowsField):
    widget = ActionsWidget

    def __init__(self, *, known: Mapping[str, Arguments], targets: Targets, **options: Any) -> None:
        super().__init__(targets=targets, required=True, **options)
        self.known = known
        self.widget.known = known

    def mention(self, value: Any) -> None:
        self.targets.mention_people(_people_in(value))

    def prepare_value(self, value: Any) -> Any:
        return rows_of(value, self.known, self.targets)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [row.action(self.targets) for row in data or []] != (initial or [])

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows = list(value or [])
        if not rows:
            raise ValidationError(_("Add at least one action: what is to happen?"), code="required")
        faults, whole = faults_of(rows, self.known, self.targets)
        if whole:
            raise ValidationError(whole)
        if faults:
            raise ValidationError(_("Nothing was saved: see the marked actions."), code="rows")
        return [row.action(self.targets) for row in rows]


def rows_of(value: Any, known: Mapping[str, Arguments], targets: Targets) -> list[ActionRow]:
    """Of what is stored, and of what was typed already."""
    return [each if isinstance(each, ActionRow) else _row(each, known, targets) for each in value or []]


def faults_of(rows: Sequence[ActionRow], known: Mapping[str, Arguments], targets: Targets) -> tuple[Faults, list[str]]:
    """What is wrong, by row: whom or what it names that is not there, else as the model says it."""
    validator = validate_automation_actions if known is AUTOMATION_ACTIONS else validate_actions
    actions = [row.action(targets) for row in rows]
    if not actions:
        return {}, []
    said, whole = faults_by("position", validator, actions)
    faults: Faults = {position - 1: sentences for position, sentences in said.items()}
    for number, (row, action) in enumerate(zip(rows, actions, strict=True)):
        if gone := _gone(row, action, targets):
            faults[number] = [gone]
    return faults, whole


def _gone(row: ActionRow, action: Mapping[str, Any], targets: Targets) -> str:
    if not row.do:
        return _("Choose what is to happen, or remove this action.")
    if row.do == UNKNOWN:
        return _("This is no action that we know: choose another one, or remove it.")
    match action:
        case {"who": str(who)}:
            if row.who == PERSON and row.person.strip() and not who:
                return _("Nobody is found by “%(said)s”: write an e-mail address.") % {"said": row.person.strip()}
            return gone_person(who, targets)
        case {"to": str(to)}:
            return gone_team(to, targets)
        case {"endpoint": str(endpoint)} if endpoint and endpoint not in targets.endpoints:
            return _("There is no webhook “%(endpoint)s” any more: choose another.") % {"endpoint": endpoint}
    return ""


def _row(action: Any, known: Mapping[str, Arguments], targets: Targets) -> ActionRow:
    if not _is_readable(action, known):
        return ActionRow(do=UNKNOWN, raw=json.dumps(action, ensure_ascii=False))
    row = ActionRow(do=action["do"], to=action.get("to", ""), tag=action.get("name", ""), text=action.get("text", ""))
    row.endpoint = action.get("endpoint", "")
    if "more_seconds" in action:
        row.more = written(action["more_seconds"])
    who = action.get("who", "")
    if user_id_in(who) is None:
        row.who = who
    else:
        person = targets.person(who)
        row.who, row.person = PERSON, address_of(person) if person is not None else who
    return row


def _is_readable(action: Any, known: Mapping[str, Arguments]) -> bool:
    """Whether the row can show all of it."""
    if not isinstance(action, dict) or not isinstance(action.get("do"), str) or action["do"] not in known:
        return False
    arguments = known[action["do"]]
    kinds = {"more_seconds": int}
    return set(action) - {"do"} == set(arguments) and all(
        type(action[name]) is kinds.get(name, str) for name in arguments
    )


def _people_in(value: Any) -> Iterator[str]:
    for each in value or []:
        if isinstance(each, ActionRow):
            if each.who == PERSON and each.person:
                yield each.person
        elif isinstance(each, dict) and isinstance(who := each.get("who"), str) and user_id_in(who) is not None:
            yield who


def _who(row: ActionRow, targets: Targets) -> str:
    if row.who != PERSON:
        return row.who
    said = row.person.strip()
    if user_id_in(said) is not None:
        return said
    person = targets.person(said)
    return f"user:{person.pk}" if person is not None else ""


def _seconds(said: str) -> int | None:
    try:
        return LengthField(required=False).clean(said)
    except ValidationError:
        return None


def _arguments(do: str) -> Arguments:
    return (LEVEL_ACTIONS | AUTOMATION_ACTIONS).get(do, {})


def _loaded(raw: str) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return {}
