"""What a level or an automation may do: the vocabulary of actions and its validation. `services.acting` carries them out."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# Whom an action may name. A person is "user:<id>".
AUDIENCES = ("assignee", "team", "lead", "leads_lead", "on_call", "watchers")
DESTINATIONS = ("next_best", "lead")
MAX_ACTIONS = 10
# Of a webhook endpoint.
_KEY = re.compile(r"[-a-zA-Z0-9_]+")


@dataclass(frozen=True, slots=True)
class Argument:
    """What an action takes besides its kind. `says`: what to do when it is not like that."""

    is_valid: Callable[[Any], bool]
    says: Any


Arguments = Mapping[str, Argument]


def validate_actions(value: Any) -> None:
    """Those of a level: a non-empty list of objects, each with a known "do" and exactly its arguments. Raises ValidationError."""
    _validate(value, LEVEL_ACTIONS)


def validate_automation_actions(value: Any) -> None:
    """The same for automations, which may do a little more and promise nothing."""
    _validate(value, AUTOMATION_ACTIONS)


def _validate(value: Any, known: Mapping[str, Arguments]) -> None:
    if not isinstance(value, list) or not value:
        raise ValidationError(_('Actions are a list like [{"do": "notify", "who": "lead"}], with at least one.'))
    if len(value) > MAX_ACTIONS:
        raise ValidationError(
            _("These are %(count)s actions; %(most)s at most."), params={"count": len(value), "most": MAX_ACTIONS}
        )
    problems = [
        problem for position, action in enumerate(value, start=1) for problem in _problems(position, action, known)
    ]
    if problems:
        raise ValidationError(problems)


def _problems(position: int, action: Any, known: Mapping[str, Arguments]) -> Iterator[ValidationError]:
    """Each with its position in its `params`, so that a form can show it where it belongs."""
    if not isinstance(action, dict) or not isinstance(action.get("do"), str) or action["do"] not in known:
        said = _("Action %(position)s: “do” must be one of %(known)s.")
        yield ValidationError(said, params={"position": position, "known": ", ".join(known)})
        return
    arguments, about = known[action["do"]], {"position": position, "do": action["do"]}
    if set(action) - {"do"} != set(arguments):
        said = _("Action %(position)s (%(do)s) takes exactly: %(arguments)s.")
        yield ValidationError(said, params=about | {"arguments": ", ".join(arguments) or "–"})
        return
    for name, argument in arguments.items():
        if not argument.is_valid(action[name]):
            said = _("Action %(position)s (%(do)s): “%(argument)s” is not valid. %(says)s")
            yield ValidationError(said, params=about | {"argument": name, "says": argument.says})


def user_id_in(who: str) -> int | None:
    """The id in "user:<id>"; None when `who` names a role."""
    kind, _colon, number = who.partition(":")
    return int(number) if kind == "user" and number.isascii() and number.isdecimal() and len(number) < 19 else None


def team_slug_in(destination: str) -> str | None:
    """The slug in "team:<slug>"; None when it names no team."""
    kind, _colon, slug = destination.partition(":")
    return slug if kind == "team" and slug else None


def messages_in(actions: Iterable[Mapping[str, Any]]) -> int:
    """How many of them write to people."""
    return sum(action["do"] in ("notify", "message", "tell_customer") for action in actions)


def calls_in(actions: Iterable[Mapping[str, Any]]) -> int:
    """How many of them call a webhook."""
    return sum(action["do"] == "webhook" for action in actions)


def _is_audience(value: Any) -> bool:
    return isinstance(value, str) and (value in AUDIENCES or user_id_in(value) is not None)


def _is_destination(value: Any) -> bool:
    return isinstance(value, str) and (value in DESTINATIONS or team_slug_in(value) is not None)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 2000 and "\x00" not in value


def _is_tag(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= 40 and value.isprintable()


def _is_endpoint_key(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 50 and bool(_KEY.fullmatch(value))


def _is_more_time(value: Any) -> bool:
    """Working seconds: between a minute and ninety days."""
    return isinstance(value, int) and not isinstance(value, bool) and 60 <= value <= 90 * 86400


_WHO = Argument(_is_audience, gettext_lazy("Choose who: a role, or a person who works here."))
_TO = Argument(_is_destination, gettext_lazy("Choose who gets it."))
_NAME = Argument(_is_tag, gettext_lazy("Write the tag, with 40 characters at most."))
_TEXT = Argument(_is_text, gettext_lazy("Write the text, with 2000 characters at most."))
_MORE = Argument(_is_more_time, gettext_lazy("Write how much longer, like “4 h”: between a minute and 90 days."))
_ENDPOINT = Argument(_is_endpoint_key, gettext_lazy("Choose which webhook."))

_COMMON: dict[str, Arguments] = {
    "notify": {"who": _WHO},
    "raise_priority": {},
    "reassign": {"to": _TO},
    "add_watcher": {"who": _WHO},
    "tag": {"name": _NAME},
    "note": {"text": _TEXT},
    "message": {"text": _TEXT},
    "webhook": {"endpoint": _ENDPOINT},
}
# Before a promise slips the customer is told of a new time, which is so many working seconds after the old one.
LEVEL_ACTIONS: dict[str, Arguments] = _COMMON | {"tell_customer": {"more_seconds": _MORE}}
AUTOMATION_ACTIONS: dict[str, Arguments] = _COMMON | {"untag": {"name": _NAME}, "wait": {}, "resolve": {}, "close": {}}
