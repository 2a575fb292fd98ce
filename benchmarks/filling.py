"""Fills a database with tickets in bulk: conversations, history, outbox, running clocks and their levels, loads.

Spread like those of a desk a year old. What nothing measured here reads is left out: decision records, and true hashes.
"""

from collections import Counter
from typing import Any

from django.db import connection
from django.db.models import Count

from benchmarks.goal import require_rows
from benchmarks.house import House
from escalation.models import SlaPolicy
from tickets.assignment.effort import effort_of
from tickets.models import AgentLoad, Ticket
from tickets.models.ticket import Status

# The oldest are closed, the newest open; `i` runs from the oldest to the newest.
_TICKETS = """
    INSERT INTO tickets_ticket (
        public_id, title, status, priority, category_id, channel, requester_id, created_by_external_id, team_id,
        assignee_id, assigned_at, opened_at, updated_at, first_responded_at, last_customer_message_at,
        last_agent_message_at, resolved_at, closed_at, version, last_event_hash)
    SELECT gen_random_uuid(), 'Ticket ' || i || ' about something', status,
           (ARRAY[1, 2, 2, 2, 2, 3, 3, 3, 4, 1])[1 + i * 7 %% 10],
           (%(categories)s::bigint[])[agent / %(agents_a_team)s], (ARRAY['web', 'email', 'api'])[1 + i %% 3],
           (%(customers)s::bigint[])[1 + i * 37 %% %(customer_count)s], '',
           (%(teams)s::bigint[])[1 + agent / %(agents_a_team)s], (%(agents)s::bigint[])[1 + agent],
           opened_at, opened_at, opened_at + interval '1 hour', opened_at + interval '1 hour', opened_at,
           opened_at + interval '1 hour',
           CASE WHEN status = 'closed' THEN opened_at + interval '1 day' END,
           CASE WHEN status = 'closed' THEN opened_at + interval '8 days' END,
           %(messages)s + 1 + CASE WHEN status = 'closed' THEN 2 ELSE 0 END, ''
      FROM (SELECT i, (i * 13 %% %(agent_count)s)::int AS agent,
                   now() - interval '1 year' * (%(tickets)s - i) / %(tickets)s - interval '9 days' AS opened_at,
                   CASE WHEN i <= %(tickets)s - %(unresolved)s THEN 'closed'
                        ELSE (ARRAY['assigned', 'in_progress', 'in_progress', 'pending_customer'])[1 + i %% 4]
                   END AS status
              FROM generate_series(1, %(tickets)s::bigint) AS i) AS made
"""
_MESSAGES = """
    INSERT INTO tickets_message (ticket_id, author_id, body, is_internal, is_from_staff, channel, sent_at)
    SELECT ticket.id, CASE WHEN rank %% 2 = 1 THEN requester_id ELSE assignee_id END,
           repeat('What happened, and what was tried so far. ', 1 + rank * 3), false, rank %% 2 = 0, channel,
           opened_at + interval '1 hour' * (rank - 1)
      FROM tickets_ticket AS ticket, generate_series(1, %(messages)s) AS rank
     WHERE ticket.id > %(after)s
     ORDER BY ticket.id, rank
"""
_EVENTS = """
    INSERT INTO tickets_ticketevent (ticket_id, seq, kind, actor_id, cause, depth, is_public, at, data, prev_hash, hash)
    SELECT ticket_id, seq, kind, actor_id, 'request', 0, kind <> 'ticket.assigned', at, data,
           CASE WHEN seq > 1 THEN lpad((ticket_id * 100 + seq - 1)::text, 64, '0') ELSE '' END,
           lpad((ticket_id * 100 + seq)::text, 64, '0')
      FROM (SELECT ticket_id, CASE WHEN rank = 1 THEN 1 ELSE rank + 1 END AS seq,
                   CASE WHEN rank = 1 THEN 'ticket.opened' ELSE 'ticket.replied' END AS kind, author_id AS actor_id,
                   sent_at AS at,
                   jsonb_build_object('message', id, 'by_staff', is_from_staff, 'automatic', false) AS data
              FROM (SELECT message.*, row_number() OVER (PARTITION BY ticket_id ORDER BY id) AS rank
                      FROM tickets_message AS message WHERE ticket_id > %(after)s) AS message
            UNION ALL
            SELECT id, 2, 'ticket.assigned', NULL, assigned_at,
                   jsonb_build_object('assignee', jsonb_build_object('before', NULL, 'after', assignee_id))
              FROM tickets_ticket WHERE id > %(after)s
            UNION ALL
            SELECT id, version - 1, 'ticket.resolved', assignee_id, resolved_at, '{}'
              FROM tickets_ticket WHERE id > %(after)s AND resolved_at IS NOT NULL
            UNION ALL
            SELECT id, version, 'ticket.closed', NULL, closed_at, '{}'
              FROM tickets_ticket WHERE id > %(after)s AND closed_at IS NOT NULL) AS happened
     ORDER BY ticket_id, seq
"""
_OUTBOX = """
    INSERT INTO tickets_outboxentry (event_id, position, attempts, lease_until, last_error)
    SELECT id, (SELECT coalesce(max(position), 0) FROM tickets_outboxentry) + row_number() OVER (ORDER BY id), 1, at, ''
      FROM tickets_ticketevent WHERE ticket_id > %(after)s
"""
_CLOCKS = """
    INSERT INTO escalation_clock (ticket_id, metric, cycle, state, policy_id, policy_version, calendar_version_id,
        target_seconds, warning_seconds, started_at, paused_seconds, paused_at, due_at, warning_at, stopped_at,
        breach_cause)
    SELECT id, metric, 1, state, %(policy)s, 1, %(version)s, 2592000, 1944000, opened_at, 0,
           CASE WHEN state = 'paused' THEN updated_at END, CASE WHEN state <> 'paused' THEN due_at END,
           CASE WHEN state = 'running' THEN due_at - interval '1 hour' END,
           CASE WHEN state = 'met' THEN coalesce(resolved_at, first_responded_at) END, ''
      FROM (SELECT ticket.*, metric,
                   CASE WHEN metric = 'first_response' OR status = 'closed' THEN 'met'
                        WHEN status = 'pending_customer' THEN 'paused' ELSE 'running' END AS state,
                   now() + interval '2 days' + interval '1 second' * (id * 31 %% 2592000) AS due_at
              FROM tickets_ticket AS ticket, unnest(ARRAY['first_response', 'resolution']) AS metric
             WHERE id > %(after)s) AS promised
"""
_TIMERS = """
    INSERT INTO escalation_escalationtimer (ticket_id, level_id, clock_id, episode, due_at)
    SELECT clock.ticket_id, level.id, clock.id, 'clock:' || clock.id, clock.due_at + interval '1 hour' * level.number
      FROM escalation_clock AS clock JOIN escalation_escalationlevel AS level ON level.anchor = clock.metric
     WHERE clock.state = 'running' AND clock.ticket_id > %(after)s
"""
_TAILS = """
    UPDATE tickets_ticket AS ticket
       SET last_event_hash = lpad((ticket.id * 100 + ticket.version)::text, 64, '0'), resolution_due_at = clock.due_at,
           next_due_at = CASE WHEN state = 'running' THEN clock.due_at END, next_warning_at = clock.warning_at
      FROM escalation_clock AS clock
     WHERE clock.ticket_id = ticket.id AND clock.metric = 'resolution' AND ticket.id > %(after)s
"""

MESSAGES_A_TICKET = 3


def fill(house: House, tickets: int, *, unresolved: int) -> None:
    """Add `tickets` tickets, the newest `unresolved` of them not resolved. Raises MissingData when rows are missing."""
    had, after = Ticket.objects.count(), Ticket.objects.order_by("-id").values_list("pk", flat=True).first() or 0
    values = {
        "tickets": tickets,
        "unresolved": unresolved,
        "after": after,
        "messages": MESSAGES_A_TICKET,
        "categories": [category.pk for category in house.categories],
        "customers": [customer.pk for customer in house.customers],
        "customer_count": len(house.customers),
        "teams": [team.pk for team in house.teams],
        "agents": [agent.pk for agent in house.agents],
        "agent_count": len(house.agents),
        "agents_a_team": len(house.agents) // len(house.teams),
        "policy": SlaPolicy.objects.active().earliest("position", "pk").pk,
        "version": house.calendar.current_version().pk,
    }
    run_unhurried(*((sql, values) for sql in (_TICKETS, _MESSAGES, _EVENTS, _OUTBOX, _CLOCKS, _TIMERS, _TAILS)))
    _recount_loads()
    settle()
    require_rows("Tickets", Ticket.objects.count(), at_least=had + tickets)
    require_rows("Unresolved tickets", Ticket.objects.unresolved().count(), at_least=unresolved)


def run_unhurried(*statements: tuple[str, dict[str, Any]]) -> None:
    """Run each without the time limit that requests have."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        for sql, values in statements:
            cursor.execute(sql, values)
        cursor.execute("RESET statement_timeout")


def settle() -> None:
    """As after a quiet night: statistics are fresh, and the checkpoint of the load is not paid for by a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("RESET statement_timeout")


def _recount_loads() -> None:
    loads: Counter[int] = Counter()
    carried = Ticket.objects.unresolved().order_by().values_list("assignee", "priority", "status")
    for agent, priority, status, number in carried.annotate(number=Count("pk")):
        if agent is not None:
            loads[agent] += effort_of(priority, Status(status)) * number
    AgentLoad.objects.bulk_create(
        [AgentLoad(agent_id=agent, load_eighths=load) for agent, load in sorted(loads.items())],
        update_conflicts=True,
        unique_fields=["agent"],
        update_fields=["load_eighths"],
    )
