"""Why this agent: one sentence of at most 140 characters, made from a stored decision record when somebody asks.

Names are looked up then, because the record holds ids only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets.assignment.assessment import Difference, Rung
from tickets.assignment.effort import EIGHTHS

LIMIT = 140
_NAME_LIMIT = 24


@dataclass(frozen=True, slots=True)
class Names:
    """What people, teams and skills are called today, by id. What has gone since is called “?”."""

    people: Mapping[int, str]
    teams: Mapping[int, str]
    skills: Mapping[int, str]


def sentence(record: Mapping[str, Any], names: Names) -> str:
    """The first line of the explanation, in the active language and time zone."""
    told = _Told(record, names)
    reason = _REASONS[Rung(record["rung"])](told)
    if record["winner"] is None:
        return _cut(f"{reason}.")
    # Two differences where there is room for both, else the heavier one.
    fitting = [text for count in (2, 1) if len(text := f"{reason}{_tail(told, count)}.") <= LIMIT]
    return fitting[0] if fitting else _cut(f"{reason}{_tail(told, 1)}.")


def _cut(text: str) -> str:
    return text if len(text) <= LIMIT else f"{text[: LIMIT - 1]}…"


class _Told:
    """A decision record with names: what the sentences below are put together from."""

    def __init__(self, record: Mapping[str, Any], names: Names) -> None:
        self.record, self.names = record, names
        self.facts = {row["facts"]["agent"]: row["facts"] for row in record["candidates"]}

    @property
    def team(self) -> str:
        return _short(self.names.teams.get(self.record["needs"]["team"], "?"))

    @property
    def runner_up(self) -> str:
        return _short(self.names.people.get(self.record["runner_up"], "?"))

    @property
    def runner_up_skill(self) -> int:
        """Their level, where it is higher than the winner's; else 0."""
        skill = str(self._skill_id())
        level = self.facts[self.record["runner_up"]]["skills"].get(skill, 0)
        return level if level > self._winner()["skills"].get(skill, 0) else 0

    @property
    def skill(self) -> str:
        return _short(self.names.skills.get(self._skill_id() or 0, "?"))

    @property
    def knows(self) -> str:
        """ "Knows payments (4/5), " or nothing when the ticket needs no skill."""
        skill = self._skill_id()
        level = self._winner()["skills"].get(str(skill), 0) if skill else 0
        return _("Knows %(skill)s (%(level)s/5), ") % {"skill": self.skill, "level": level} if level else ""

    @property
    def busy(self) -> str:
        return _busy(self._winner())

    @property
    def runner_up_busy(self) -> str:
        return _busy(self.facts[self.record["runner_up"]])

    @property
    def has_more_before(self) -> bool:
        """Whether more is due before the ticket at the runner-up's desk than at the winner's."""
        mine, theirs = self._winner().get("ahead"), self.facts[self.record["runner_up"]].get("ahead")
        return mine is not None and theirs is not None and theirs > mine

    @property
    def runner_up_leads(self) -> bool:
        return self.record["needs"]["team"] in self.facts[self.record["runner_up"]]["leads"]

    def when(self, instant: str | None) -> str:
        return date_format(localtime(datetime.fromisoformat(instant)), "D H:i") if instant else "?"

    def _winner(self) -> Mapping[str, Any]:
        return self.facts[self.record["winner"]]

    def _skill_id(self) -> int | None:
        needs = self.record["needs"]
        return next((int(skill) for skill in [*needs["required"], *needs["preferred"]]), None)


def _busy(facts: Mapping[str, Any]) -> str:
    load, capacity = facts["load"] / EIGHTHS, facts["capacity"] // EIGHTHS
    return _("%(load)s of %(capacity)s units busy") % {"load": f"{load:.3g}", "capacity": capacity}


def _short(name: str) -> str:
    """A name that leaves room for the reason."""
    return name if len(name) <= _NAME_LIMIT else f"{name[: _NAME_LIMIT - 1].rstrip()}…"


def _reserved(told: _Told) -> str:
    starts_at = told.record["starts_at"]
    if starts_at is None:
        return _("Nobody of %(team)s could take it; works now") % {"team": told.team}
    return _("Nobody works now; starts %(when)s") % {"when": told.when(starts_at)}


def _held(told: _Told) -> str:
    until = told.when(told.record["needs"]["may_hold_until"])
    return _("Everybody in %(team)s is full; it waits until %(until)s for somebody with room") % {
        "team": told.team,
        "until": until,
    }


def _offered(told: _Told) -> str:
    return _("Agents of %(team)s take tickets themselves; it is given to somebody at %(until)s") % {
        "team": told.team,
        "until": told.when(told.record["needs"]["may_hold_until"]),
    }


_REASONS = {
    Rung.OFFERED: _offered,
    Rung.CRITICAL_LEAD: lambda told: (
        _("Critical goes to a lead: leads %(team)s, %(busy)s") % {"team": told.team, "busy": told.busy}
    ),
    Rung.BEST_SKILLED: lambda told: (
        _("No lead of %(team)s has room. %(knows)s%(busy)s")
        % {"team": told.team, "knows": told.knows, "busy": told.busy}
    ),
    Rung.REQUIRED_SKILLS: lambda told: (
        f"{told.knows}{told.busy}" if told.knows else _("Has %(busy)s") % {"busy": told.busy}
    ),
    Rung.PREFERRED_SKILLS: lambda told: (
        _("Nobody who knows %(skill)s has room; has %(busy)s") % {"skill": told.skill, "busy": told.busy}
    ),
    Rung.SPILLED: lambda told: (
        _("Everybody in %(team)s is full; the general team has room, %(busy)s") % {"team": told.team, "busy": told.busy}
    ),
    Rung.HELD: _held,
    Rung.OVER_CAPACITY: lambda told: (
        _("Everybody in %(team)s is full; carries least for their capacity, %(busy)s")
        % {"team": told.team, "busy": told.busy}
    ),
    Rung.LEADS: lambda told: (
        _("No agent of %(team)s could take it; leads the team, %(busy)s") % {"team": told.team, "busy": told.busy}
    ),
    Rung.ON_CALL: lambda told: _("Nobody of %(team)s works now; is on call") % {"team": told.team},
    Rung.GENERAL_TEAM: lambda told: (
        _("Nobody of %(team)s works now; the general team does, %(busy)s") % {"team": told.team, "busy": told.busy}
    ),
    Rung.GENERAL_LEAD: lambda told: _("Nobody of %(team)s works now; leads the general team") % {"team": told.team},
    Rung.RESERVED: _reserved,
    Rung.NOBODY: lambda _told: _("No active agent of any team could take it"),
}


def _tail(told: _Told, count: int) -> str:
    """What decided between the winner and the runner-up: so many of the reasons, the heaviest first."""
    record = told.record
    found = [Difference(name) for name in record.get("differences", [record["difference"]])]
    if Difference.ONLY_ONE in found:
        return _("; nobody else could")
    reasons = [_reason(difference, told) for difference in found[:count]]
    values = {"runner_up": told.runner_up, "reasons": _(" and ").join(reasons), "skill": told.runner_up_skill}
    if told.runner_up_skill:
        return _("; %(runner_up)s knows more (%(skill)s/5) but %(reasons)s") % values
    return _("; %(runner_up)s %(reasons)s") % values


def _reason(difference: Difference, told: _Told) -> str:
    if difference is Difference.LOAD and told.has_more_before:
        return _("has more due before it")
    if difference is Difference.TEAM and told.runner_up_leads:
        return _("leads the team")
    return _TAILS[difference] % {"busy": told.runner_up_busy}


_TAILS = {
    Difference.SHIFT: gettext_lazy("is not at work"),
    Difference.TEAM: gettext_lazy("is not of that team"),
    Difference.FULL: gettext_lazy("is full"),
    Difference.SKILL: gettext_lazy("knows less"),
    Difference.LOAD: gettext_lazy("has %(busy)s"),
    Difference.AFFINITY: gettext_lazy("does not know this customer"),
    Difference.EARLIER: gettext_lazy("starts later"),
    Difference.IDLE_LONGER: gettext_lazy("got one more recently"),
    Difference.ID: gettext_lazy("is equal but joined later"),
}
