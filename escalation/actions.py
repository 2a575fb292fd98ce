"""What a level may do: the vocabulary of actions and its validation. `escalation.services.acting` carries them out."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# Whom an action may name. A person is "user:<id>".
AUDIENCES = ("assignee", "team", "lead", "leads_lead", "on_call", "watchers")
DESTINATIONS = ("next_best", "lead")


def validate_actions(value: Any) -> None:
    """A non-empty list of objects, each with a known "do" and exactly the arguments it takes. Raises ValidationError."""
    if not isinstance(value, list) or not value:
        raise ValidationError(_('Actions are a list like [{"do": "notify", "who": "lead"}], with at least one.'))
    for position, action in enumerate(value, start=1):
        if not isinstance(action, dict) or action.get("do") not in _ARGUMENTS:
            raise ValidationError(
                _("Action %(position)s: “do” must be one of %(known)s.")
                % {"position": position, "known": ", ".join(_ARGUMENTS)}
            )
        arguments = _ARGUMENTS[action["do"]]
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
    return int(number) if kind == "user" and number.isascii() and number.isdecimal() else None


def _is_audience(value: Any) -> bool:
    return isinstance(value, str) and (value in AUDIENCES or user_id_in(value) is not None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 2000 and "\x00" not in value


_ARGUMENTS: dict[str, dict[str, Callable[[Any], bool]]] = {
    "notify": {"who": _is_audience},
    "raise_priority": {},
    "reassign": {"to": lambda value: value in DESTINATIONS},
    "add_watcher": {"who": _is_audience},
    "note": {"text": _is_text},
}
