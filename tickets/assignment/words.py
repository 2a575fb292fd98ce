"""The codes of a decision in words: rungs, what keeps somebody out, and what decided."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from tickets.assignment.assessment import Difference, Rung

OUT_BECAUSE = {
    "excluded": _("lets it go"),
    "accepts_no_work": _("accepts no new tickets"),
    "absent": _("is absent"),
    "off_shift": _("is not at work"),
}
RUNGS = {
    Rung.OFFERED: _("waits for an agent to take it"),
    Rung.CRITICAL_LEAD: _("critical: a lead with room"),
    Rung.BEST_SKILLED: _("critical: an agent with room"),
    Rung.REQUIRED_SKILLS: _("knows what it takes, and has room"),
    Rung.PREFERRED_SKILLS: _("has room"),
    Rung.SPILLED: _("the general team has room"),
    Rung.HELD: _("waits for somebody with room"),
    Rung.OVER_CAPACITY: _("everybody is full: the least loaded"),
    Rung.LEADS: _("a lead of the team"),
    Rung.ON_CALL: _("whoever is on call"),
    Rung.GENERAL_TEAM: _("the general team"),
    Rung.GENERAL_LEAD: _("a lead of the general team"),
    Rung.RESERVED: _("kept for whoever comes"),
    Rung.NOBODY: _("nobody"),
}
DIFFERENCES = {
    Difference.ONLY_ONE: _("nobody else could"),
    Difference.SHIFT: _("at work"),
    Difference.TEAM: _("part in the team"),
    Difference.FULL: _("room"),
    Difference.SKILL: _("skill"),
    Difference.LOAD: _("less to do before it"),
    Difference.AFFINITY: _("knows the customer"),
    Difference.EARLIER: _("starts earlier"),
    Difference.IDLE_LONGER: _("waited longer for a ticket"),
    Difference.ID: _("joined earlier"),
}
WHY_THIS_TEAM = {
    "rule": _("by a routing rule"),
    "no_category": _("no category"),
    "no_rule": _("no rule for its category"),
    "inactive_team": _("the team of its rule is switched off"),
}


def difference_names(record: Mapping[str, Any]) -> list[str]:
    """What decided, heaviest first; empty without a winner."""
    if record["winner"] is None:
        return []
    return [str(DIFFERENCES[Difference(name)]) for name in record.get("differences", [record["difference"]])]
