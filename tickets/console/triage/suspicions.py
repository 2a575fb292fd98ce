"""What looks like one incident and waits for somebody who knows: for the top of the list."""

from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.utils.timezone import now

from teams.models import User
from tickets.models import Incident, IncidentTicket, Ticket

# Later the list is no place for it any more; the tickets themselves still say it.
_FRESH = timedelta(hours=24)
_MOST = 3


def suspected_incidents(reader: User) -> "QuerySet[Incident]":
    """One query, or two for a reader who is no administrator."""
    parts = IncidentTicket.objects.filter(incident=OuterRef("pk"), ticket__in=Ticket.objects.worked_by(reader))
    return (
        Incident.objects.undecided()
        .filter(Exists(parts), suspected_at__gt=now() - _FRESH)
        # In the words of a ticket that the reader sees, which the first one need not be.
        .annotate(tickets=Count("parts"), title=Subquery(parts.order_by("ticket_id").values("ticket__title")[:1]))[
            :_MOST
        ]
    )
