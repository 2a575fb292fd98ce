"""What of the reader's own is due soon: the title and the icon of every open page count it."""

from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.utils.timezone import now

from tickets.console.list.pages import reader_of
from tickets.models import Ticket

# Pages count down by themselves; they ask again with the next hint, and at the latest when the socket resynchronises.
LOOKS_AHEAD = timedelta(hours=3)
MOST = 100


def due_soon(request: HttpRequest) -> JsonResponse:
    own = Ticket.objects.unresolved().filter(assignee=reader_of(request), next_due_at__lte=now() + LOOKS_AHEAD)
    due = own.order_by("next_due_at").values_list("next_due_at", flat=True)[:MOST]
    return JsonResponse({"due": [instant.isoformat() for instant in due if instant is not None]})
