"""A rule in one sentence: for which tickets, and what is done then."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from escalation.actions import team_slug_in, user_id_in
from escalation.admin.rules.targets import Targets
from escalation.conditions import AUTOMATION_FIELDS
from escalation.models import Anchor, Automation, EscalationLevel
from escalation.models.level import CLOCK_ANCHORS
from helpdesk.core.spans import working_span

Action = Mapping[str, Any]


def conditions_said(conditions: Mapping[str, Sequence[str]], targets: Targets) -> str:
    """ "Billing or Payment, high priority and from Acme"; "" for every ticket."""
    words = {
        "category": "%s",
        "priority": _("%s priority"),
        "team": _("with team %s"),
        "organisation": _("from %s"),
        "tag": _("tagged %s"),
        "channel": _("by %s"),
        "status": _("in status %s"),
    }
    said = []
    for field in AUTOMATION_FIELDS:
        if allowed := conditions.get(field):
            names = [targets.name_of(field, value) for value in allowed]
            if field == "priority":
                names = [name.lower() for name in names]
            said.append(words[field].replace("%s", joined(names, _("or"))))
    return joined(said, _("and"))


def actions_said(actions: Sequence[Action], targets: Targets) -> str:
    """ "tell the assignee, then raise the priority"."""
    return _(", then ").join(_action_said(action, targets) for action in actions)


def rule_said(conditions: Mapping[str, Sequence[str]], actions: Sequence[Action], targets: Targets) -> str:
    """ "When Billing and high priority: tell the assignee, then raise the priority." """
    when = conditions_said(conditions, targets)
    does = actions_said(actions, targets)
    return _("When %(when)s: %(does)s.") % {"when": when, "does": does} if when else f"{does[:1].upper()}{does[1:]}."


def level_said(level: EscalationLevel, targets: Targets) -> str:
    """ "At the deadline of the first response: tell the lead." """
    marks = {"at": _moment(level), "when": conditions_said(level.conditions, targets)}
    marks["does"] = actions_said(level.actions, targets)
    said = _("%(at)s, when %(when)s: %(does)s.") if marks["when"] else _("%(at)s: %(does)s.")
    return said % marks


def automation_said(automation: Automation, targets: Targets) -> str:
    """ "A ticket is opened, 2 h pass, and it is Billing: tell the lead." """
    parts = [automation.get_happening_display()]
    if automation.after_seconds:
        passed = working_span(automation.after_seconds)
        words = _("%(time)s of working time pass") if automation.is_working_time else _("%(time)s pass")
        parts.append(words % {"time": passed})
    if when := conditions_said(automation.conditions, targets):
        parts.append(_("and it is %(when)s") % {"when": when})
    return f"{', '.join(map(str, parts))}: {actions_said(automation.actions, targets)}."


def joined(names: Sequence[str], last: str) -> str:
    """ "a, b or c"."""
    return f"{', '.join(names[:-1])} {last} {names[-1]}" if len(names) > 1 else "".join(names)


def _moment(level: EscalationLevel) -> str:
    clock = {
        Anchor.FIRST_RESPONSE: _("first response"),
        Anchor.NEXT_RESPONSE: _("next response"),
        Anchor.RESOLUTION: _("resolution"),
    }.get(Anchor(level.anchor), "")
    seconds = level.offset_seconds or 0
    marks = {"clock": clock, "percent": level.offset_percent, "time": working_span(abs(seconds))}
    if level.anchor not in CLOCK_ANCHORS:
        return _since(Anchor(level.anchor), seconds) % marks
    if level.offset_percent not in (None, 100):
        return _("At %(percent)s %% of the time for the %(clock)s") % marks
    if seconds == 0:
        return _("At the deadline of the %(clock)s") % marks
    if seconds < 0:
        return _("%(time)s before the deadline of the %(clock)s") % marks
    return _("%(time)s after the deadline of the %(clock)s") % marks


def _since(anchor: Anchor, seconds: int) -> str:
    if anchor == Anchor.OPENED:
        return _("%(time)s after it is opened") if seconds else _("When it is opened")
    if anchor == Anchor.LAST_UPDATE:
        return _("%(time)s after anybody last wrote") if seconds else _("When anybody writes")
    return _("%(time)s after nobody has it") if seconds else _("When nobody has it")


def _action_said(action: Action, targets: Targets) -> str:
    """Also of what is stored and not known any more: then as it is stored."""
    say = _SENTENCES.get(str(action.get("do")))
    try:
        return say(action, targets) if say else str(action.get("do"))
    except KeyError:
        return str(action.get("do"))


def _who(action: Action, targets: Targets) -> str:
    roles = {
        "assignee": _("whoever has it"),
        "team": _("the whole team"),
        "lead": _("the lead"),
        "leads_lead": _("the lead’s lead"),
        "on_call": _("whoever is on call"),
        "watchers": _("the watchers"),
    }
    who = str(action["who"])
    if user_id_in(who) is None:
        return roles.get(who, who)
    return str(targets.person(who) or _("somebody who is gone"))


def _reassign(action: Action, targets: Targets) -> str:
    slug = team_slug_in(str(action["to"]))
    if slug is not None:
        return _("give it to %(team)s") % {"team": targets.name_of("team", slug)}
    return _("give it to the lead") if action["to"] == "lead" else _("give it to the next best agent")


_SENTENCES: dict[str, Callable[[Action, Targets], str]] = {
    "notify": lambda action, targets: _("tell %(who)s") % {"who": _who(action, targets)},
    "raise_priority": lambda _action, _targets: _("raise the priority"),
    "reassign": _reassign,
    "add_watcher": lambda action, targets: _("add %(who)s as a watcher") % {"who": _who(action, targets)},
    "tag": lambda action, _targets: _("tag it “%(tag)s”") % {"tag": action["name"]},
    "untag": lambda action, _targets: _("remove the tag “%(tag)s”") % {"tag": action["name"]},
    "note": lambda _action, _targets: _("write a note"),
    "message": lambda _action, _targets: _("write to the customer"),
    "tell_customer": lambda action, _targets: (
        _("tell the customer it takes %(time)s longer") % {"time": working_span(action["more_seconds"])}
    ),
    "webhook": lambda action, targets: (
        _("call %(endpoint)s") % {"endpoint": targets.endpoints.get(action["endpoint"], action["endpoint"])}
    ),
    "wait": lambda _action, _targets: _("wait for the customer"),
    "resolve": lambda _action, _targets: _("resolve it"),
    "close": lambda _action, _targets: _("close it"),
}
