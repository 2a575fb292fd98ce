"""Which policies apply to a ticket: its facts as conditions see them, and the first promise that matches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from escalation.conditions import failed_condition
from escalation.models import SlaPolicy
from helpdesk.core.configuration import Remembered
from tickets.models import Priority, Ticket


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy that holds for a ticket, and its targets at the ticket's priority: metric → working seconds.

    `why`: {"matched": {condition: values of the ticket}, "passed_over": [[name of an earlier policy, failed condition]]}.
    """

    policy: SlaPolicy
    targets: dict[str, int]
    why: dict[str, Any] = field(default_factory=dict)


Facts = Mapping[str, frozenset[str]]


def facts_of(ticket: Ticket) -> dict[str, frozenset[str]]:
    """One query for the tags, and one for each relation that was not loaded with the ticket."""
    return {
        "category": frozenset({ticket.category.slug} if ticket.category else ()),
        "priority": frozenset({Priority(ticket.priority).slug}),
        "team": frozenset({ticket.team.slug}),
        "organisation": frozenset({ticket.organisation.name} if ticket.organisation else ()),
        "tag": frozenset(tag.name for tag in ticket.tags.all()),
        "channel": frozenset({ticket.channel}),
        "status": frozenset({ticket.status}),
    }


def terms_for(ticket: Ticket, facts: Facts, policies: Sequence[SlaPolicy] | None = None) -> Terms | None:
    """The first active policy whose conditions match; None when there is none. One query at most."""
    passed_over: list[list[str]] = []
    for policy in active_policies() if policies is None else policies:
        failed = failed_condition(policy.conditions, facts)
        if failed is None:
            targets = {t.metric: t.target_seconds for t in policy.targets.all() if t.priority == ticket.priority}
            matched = {name: sorted(facts[name].intersection(allowed)) for name, allowed in policy.conditions.items()}
            return Terms(policy, targets, {"matched": matched, "passed_over": passed_over})
        passed_over.append([policy.name, failed])
    return None


def _load() -> list[SlaPolicy]:
    return list(SlaPolicy.objects.active().prefetch_related("targets").order_by("position", "pk"))


# In the order in which they are asked, with their targets. Shared: never change one, nor follow `calendar` from it.
active_policies = Remembered("promises", _load)


def first_match(policies: Iterable[SlaPolicy], facts: Facts) -> SlaPolicy | None:
    return next((policy for policy in policies if failed_condition(policy.conditions, facts) is None), None)
