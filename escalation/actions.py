"""What a level or an automation may do: the vocabulary of actions and its validation. `services.acting` carries them out."""

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Whom an action may name. A person is "user:<id>".
AUDIENCES = ("assignee", "team", "lead", "leads_lead", "on_call", "watchers")
DESTINATIONS = ("next_best", "lead")
MAX_ACTIONS = 10

Arguments = Mapping[str, Callable[[Any], bool]]


def validate_actions(value: Any) -> None:
    """Those of a level: a non-empty list of objects, each with a known "do" and exactly its arguments. Raises ValidationError."""
    _validate(value, _COMMON | _OF_LEVELS)


def validate_automation_actions(value: Any) -> None:
    """The same for automations, which may do a little more and promise nothing."""
    _validate(value, _COMMON | _OF_AUTOMATIONS)


def _validate(value: Any, known: Mapping[str, Arguments]) -> None:
    if not isinstance(value, list) or not value:
        raise ValidationError(_('Actions are a list like [{"do": "notify", "who": "lead"}], with at least one.'))
    if len(value) > MAX_ACTIONS:
        raise ValidationError(_("These are %(count)s actions; %(most)s at most.") % _counts(value))
    for position, action in enumerate(value, start=1):
        if not isinstance(action, dict) or not isinstance(action.get("do"), str) or action["do"] not in known:
            raise ValidationError(
                _("Action %(position)s: “do” must be one of %(known)s.")
                % {"position": position, "known": ", ".join(known)}
            )
        arguments = known[action["do"]]
        if set(action) - {"do"} != set(arguments):
            raise ValidationError(
                _("Action %(position)s (%(do)s) takes exactly: %(arguments)s.")
                % {"position": position, "do": action["do"], "arguments": ", ".join(arguments) or "–"}
            )
        for argument, is_valid in arguments.items():
            if not is_valid(action[argument]):
                raise ValidationError(
                    _("Action %(position)s (%(do)s): “%(argument)s” is not valid.")
                    % {"position": position, "do": action["do"], "argument": argument}
                )


def user_id_in(who: str) -> int | None:
    """The id in "user:<id>"; None when `who` names a role."""
    kind, _colon, number = who.partition(":")
    return int(number) if kind == "user" and number.isascii() and number.isdecimal() and len(number) < 19 else None


def team_slug_in(destination: str) -> str | None:
    """The slug in "team:<slug>"; None when it names no team."""
    kind, _colon, slug = destination.partition(":")
    return slug if kind == "team" and slug else None


def _counts(value: list[Any]) -> dict[str, int]:
    return {"count": len(value), "most": MAX_ACTIONS}


def _is_audience(value: Any) -> bool:
    return isinstance(value, str) and (value in AUDIENCES or user_id_in(value) is not None)


def _is_destination(value: Any) -> bool:
    return isinstance(value, str) and (value in DESTINATIONS or team_slug_in(value) is not None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 2000 and "\x00" not in value


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 40 and value.isprintable()


def _is_more_time(value: Any) -> bool:
    """Working seconds: between a minute and ninety days."""
    return isinstance(value, int) and not isinstance(value, bool) and 60 <= value <= 90 * 86400


_COMMON: dict[str, Arguments] = {
    "notify": {"who": _is_audience},
    "raise_priority": {},
    "reassign": {"to": _is_destination},
    "add_watcher": {"who": _is_audience},
    "tag": {"name": _is_tag},
    "note": {"text": _is_text},
    "message": {"text": _is_text},
}
# Before a promise slips the customer is told of a new time, which is so many working seconds after the old one.
_OF_LEVELS: dict[str, Arguments] = {"tell_customer": {"more_seconds": _is_more_time}}
_OF_AUTOMATIONS: dict[str, Arguments] = {"untag": {"name": _is_tag}, "wait": {}, "resolve": {}, "close": {}}
