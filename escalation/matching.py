"""Which policies apply to a ticket: its facts as conditions see them, and the first promise that matches."""

from collections.abc import Iterable
from dataclasses import dataclass

from escalation.conditions import failed_condition
from escalation.models import SlaPolicy
from tickets.models import Priority, Ticket


@dataclass(frozen=True, slots=True)
class Terms:
    """The policy that holds for a ticket, and its targets at the ticket's priority: metric → working seconds."""

    policy: SlaPolicy
    targets: dict[str, int]


def facts_of(ticket: Ticket) -> dict[str, frozenset[str]]:
    """One query for the tags, and one for each relation that was not loaded with the ticket."""
    return {
        "category": frozenset({ticket.category.slug} if ticket.category else ()),
        "priority": frozenset({Priority(ticket.priority).slug}),
        "team": frozenset({ticket.team.slug}),
        "organisation": frozenset({ticket.organisation.name} if ticket.organisation else ()),
        "tag": frozenset(ticket.tags.values_list("name", flat=True)),
        "channel": frozenset({ticket.channel}),
    }


def terms_for(ticket: Ticket, facts: dict[str, frozenset[str]]) -> Terms | None:
    """The first active policy whose conditions match; None when there is none. Two queries."""
    policies = SlaPolicy.objects.active().select_related("calendar").prefetch_related("targets")
    policy = first_match(policies.order_by("position", "pk"), facts)
    if policy is None:
        return None
    targets = {t.metric: t.target_seconds for t in policy.targets.all() if t.priority == ticket.priority}
    return Terms(policy, targets)


def first_match(policies: Iterable[SlaPolicy], facts: dict[str, frozenset[str]]) -> SlaPolicy | None:
    return next((policy for policy in policies if failed_condition(policy.conditions, facts) is None), None)
