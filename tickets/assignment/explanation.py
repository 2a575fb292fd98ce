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

from tickets.assignment.assessment import Difference, Rung
from tickets.assignment.effort import EIGHTHS

LIMIT = 140


@dataclass(frozen=True, slots=True)
class Names:
    """What people, teams and skills are called today, by id. What has gone since is called “?”."""

    people: Mapping[int, str]
    teams: Mapping[int, str]
    skills: Mapping[int, str]


def sentence(record: Mapping[str, Any], names: Names) -> str:
    """The first line of the explanation, in the active language and time zone."""
    rung = Rung(record["rung"])
    text = _REASONS[rung](_Told(record, names))
    if record["winner"] is not None:
        text += _tail(_Told(record, names))
    text += "."
    return text if len(text) <= LIMIT else text[: LIMIT - 1] + "…"


class _Told:
    """A decision record with names: what the sentences below are put together from."""

    def __init__(self, record: Mapping[str, Any], names: Names) -> None:
        self.record, self.names = record, names
        self.facts = {row["facts"]["agent"]: row["facts"] for row in record["candidates"]}

    @property
    def team(self) -> str:
        return self.names.teams.get(self.record["needs"]["team"], "?")

    @property
    def runner_up(self) -> str:
        return self.names.people.get(self.record["runner_up"], "?")

    @property
    def skill(self) -> str:
        return self.names.skills.get(self._skill_id() or 0, "?")

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


_REASONS = {
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


def _tail(told: _Told) -> str:
    """What decided between the winner and the runner-up."""
    difference = Difference(told.record["difference"])
    if difference is Difference.ONLY_ONE:
        return _("; nobody else could")
    texts = {
        Difference.FULL: _("; %(runner_up)s is full"),
        Difference.SKILL: _("; %(runner_up)s knows less"),
        Difference.LOAD: _("; %(runner_up)s has %(busy)s"),
        Difference.AFFINITY: _("; knows this customer, %(runner_up)s does not"),
        Difference.TEAM: _("; %(runner_up)s is in another team"),
        Difference.EARLIER: _("; %(runner_up)s starts later"),
        Difference.IDLE_LONGER: _("; %(runner_up)s got one more recently"),
        Difference.ID: _("; equal to %(runner_up)s, who joined later"),
    }
    return texts[difference] % {"runner_up": told.runner_up, "busy": told.runner_up_busy}
