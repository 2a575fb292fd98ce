"""The claim: AgentLoad rows are locked for a decision and moved with every change of who carries what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from tickets.assignment.effort import effort_of
from tickets.models import AgentLoad, Ticket


@dataclass(frozen=True, slots=True)
class Share:
    """What a ticket weighs, and on whom."""

    agent: int | None
    effort: int


def share_of(ticket: Ticket) -> Share:
    return Share(ticket.assignee_id, effort_of(ticket.priority, ticket.status))


def lock_loads(agents: Collection[int]) -> dict[int, AgentLoad]:
    """Lock the rows of all these agents in one statement, by ascending id; a missing row is made first."""
    rows = _locked(agents)
    missing = set(agents) - rows.keys()
    if missing:
        AgentLoad.objects.bulk_create([AgentLoad(agent_id=agent) for agent in sorted(missing)], ignore_conflicts=True)
        rows = _locked(agents)
    return rows


def move_load(before: Share, ticket: Ticket, *, assigned_at: datetime | None = None) -> None:
    """Take the old share off and put the new one on. `assigned_at` marks the new assignee as just given something.

    When the agent changes, both rows must be locked already: two updates here are in no particular order.
    """
    after = share_of(ticket)
    deltas: dict[int, int] = {}
    if before.agent is not None:
        deltas[before.agent] = -before.effort
    if after.agent is not None:
        deltas[after.agent] = deltas.get(after.agent, 0) + after.effort
    for agent, delta in sorted(deltas.items()):
        changes: dict[str, object] = {"load_eighths": F("load_eighths") + delta}
        if assigned_at is not None and agent == after.agent:
            changes["last_assigned_at"] = assigned_at
        elif not delta:
            continue
        AgentLoad.objects.filter(pk=agent).update(**changes)


def recounted_load(agent: int) -> int:
    """What the counter must say: the sum over the agent's unresolved tickets."""
    rows = Ticket.objects.unresolved().filter(assignee=agent).values_list("priority", "status")
    return sum(effort_of(priority, status) for priority, status in rows)


def _locked(agents: Collection[int]) -> dict[int, AgentLoad]:
    rows = AgentLoad.objects.filter(pk__in=agents).order_by("pk").select_for_update(no_key=True)
    return {row.pk: row for row in rows}
