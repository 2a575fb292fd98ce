"""Shows on each ticket what its clocks say, so that lists and lower pages never join clocks.

The next deadline is the earliest of a promise that is still to be kept, so also of one that is broken already.
"""

from collections.abc import Sequence

from django.db import connection

from escalation.models import Clock, Metric
from tickets.models import Ticket

PROMISES = ("first_response_due_at", "resolution_due_at", "next_due_at", "next_warning_at", "breached_at")

_SHOW = """
    UPDATE tickets_ticket AS ticket
       SET first_response_due_at = says.first_response_due_at,
           resolution_due_at = says.resolution_due_at,
           next_due_at = says.next_due_at,
           next_warning_at = says.next_warning_at,
           breached_at = says.breached_at
      FROM (SELECT ticket_id,
                   (array_agg(due_at ORDER BY cycle DESC) FILTER (WHERE metric = 'first_response'))[1] AS first_response_due_at,
                   (array_agg(due_at ORDER BY cycle DESC) FILTER (WHERE metric = 'resolution'))[1] AS resolution_due_at,
                   min(due_at) FILTER (WHERE state IN ('running', 'breached')
                                         AND stopped_at IS NULL AND paused_at IS NULL) AS next_due_at,
                   min(warning_at) FILTER (WHERE state = 'running') AS next_warning_at,
                   min(breached_at) AS breached_at
              FROM escalation_clock
             WHERE ticket_id = ANY(%s)
             GROUP BY ticket_id) AS says
     WHERE ticket.id = says.ticket_id
 RETURNING ticket.id, says.first_response_due_at, says.resolution_due_at, says.next_due_at, says.next_warning_at,
           says.breached_at
"""


def show_first_promises(ticket: Ticket, clocks: Sequence[Clock]) -> None:
    """The same for a ticket whose first clocks have just begun; one that is being opened is written later."""
    if ticket.unwritten is None:
        show_promises([ticket])
        return
    due = {clock.metric: clock.due_at for clock in clocks}
    ticket.first_response_due_at, ticket.resolution_due_at = due.get(Metric.FIRST_RESPONSE), due.get(Metric.RESOLUTION)
    ticket.next_due_at = min((clock.due_at for clock in clocks if clock.due_at), default=None)
    ticket.next_warning_at = min((clock.warning_at for clock in clocks if clock.warning_at), default=None)
    ticket.unwritten.update(PROMISES)


def show_promises(tickets: Sequence[Ticket]) -> None:
    """Write the promise columns of these locked tickets, rows and objects alike. One statement, whatever their number."""
    by_id = {ticket.pk: ticket for ticket in tickets}
    with connection.cursor() as cursor:
        cursor.execute(_SHOW, [list(by_id)])
        for pk, *values in cursor.fetchall():
            for column, value in zip(PROMISES, values, strict=True):
                setattr(by_id[pk], column, value)
