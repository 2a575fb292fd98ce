"""The claim: AgentLoad rows are locked for a decision and moved with every change of who carries what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.utils.timezone import now

from helpdesk.core.configuration import held_versions
from helpdesk.core.statements import Statement, run, select
from teams.availability import on_call
from teams.everybody import set_up
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
    """Lock the rows of all these agents in one statement; a missing row is made first.

    The general team's people come last, each part by ascending id: whoever has locked a team may still lock that one.
    """
    rows = _locked(agents)
    missing = set(agents) - rows.keys()
    if missing:
        AgentLoad.objects.bulk_create([AgentLoad(agent_id=agent) for agent in sorted(missing)], ignore_conflicts=True)
        rows = _locked(agents)
    return rows


def with_general_team(agents: Collection[int]) -> Collection[int]:
    """These, and all people of the general team if one of these is: two decisions must never each hold a part of it."""
    general = _general_people()
    return agents if general.isdisjoint(agents) else general.union(agents)


@held_versions()
def _general_people() -> frozenset[int]:
    """Its agents and whoever is on call for it."""
    known = set_up()
    woken = on_call({known.general.pk}, as_of=now()) if known.general is not None else {}
    return known.general_agents.union(woken)


def move_load(before: Share, ticket: Ticket, *, assigned_at: datetime | None = None) -> None:
    """Take the old share off and put the new one on. See `load_move`."""
    for statement, values in load_move(before, ticket, assigned_at=assigned_at):
        run(statement, *values)


def load_move(before: Share, ticket: Ticket, *, assigned_at: datetime | None = None) -> list[Statement]:
    """What takes the old share off and puts the new one on. `assigned_at` marks the new assignee as just given something.

    When the agent changes, both rows must be locked already: two updates here are in no particular order.
    """
    after = share_of(ticket)
    deltas: dict[int, int] = {}
    if before.agent is not None:
        deltas[before.agent] = -before.effort
    if after.agent is not None:
        deltas[after.agent] = deltas.get(after.agent, 0) + after.effort
    given_at = {after.agent: assigned_at}
    return [
        (_MOVE, [delta, given_at.get(agent), agent])
        for agent, delta in sorted(deltas.items())
        if delta or given_at.get(agent) is not None
    ]


_MOVE = """
    UPDATE tickets_agentload
       SET load_eighths = load_eighths + %s, last_assigned_at = coalesce(%s::timestamptz, last_assigned_at)
     WHERE agent_id = %s
"""


def recounted_load(agent: int) -> int:
    """What the counter must say: the sum over the agent's unresolved tickets."""
    rows = Ticket.objects.unresolved().filter(assignee=agent).values_list("priority", "status")
    return sum(effort_of(priority, status) for priority, status in rows)


def _locked(agents: Collection[int]) -> dict[int, AgentLoad]:
    found = select(AgentLoad, _LOCKED, list(agents), list(_general_people()))
    return {row.pk: row for row in found}


_LOCKED = "WHERE agent_id = ANY(%s) ORDER BY agent_id = ANY(%s), agent_id FOR NO KEY UPDATE"
