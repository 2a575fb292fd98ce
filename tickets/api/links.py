"""`/tickets/HD-1042/links/`: the links that mails carry, and their end."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.representations import TicketDetailSerializer
from tickets.links import revoke_links


class LinksView(TicketView):
    @extend_schema(operation_id="revoke_links", request=None, responses={200: TicketDetailSerializer})
    def delete(self, request: Request, reference: str) -> Response:
        """Every link mailed so far opens nothing any more, also in pages that are open. Staff only."""
        ticket = self.staff_ticket()
        self.read(Body)
        return self.answer(revoke_links(ticket, by=self.caller))
