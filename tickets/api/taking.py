"""`/tickets/next/` and `/tickets/HD-1042/hand-over/`: taking the next ticket, and leaving one to somebody else."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from helpdesk.core.errors import NotPermitted
from tickets.api.door import TicketView
from tickets.api.fields import MessageBody
from tickets.api.representations import TicketDetailSerializer
from tickets.services.leaving import hand_over
from tickets.services.taking import take_next


class HandOverBody(Body):
    note = MessageBody(required=False, allow_blank=True, help_text="What the next agent reads first.")


class NextTicketView(TicketView):
    @extend_schema(
        operation_id="take_next_ticket",
        request=None,
        responses={200: TicketDetailSerializer, 204: OpenApiResponse(description="Nothing waits in your teams.")},
    )
    def post(self, request: Request) -> Response:
        """Take the most urgent ticket that nobody has in your teams. Two who ask at once get two tickets. Staff only."""
        if not self.caller.is_staff:
            raise NotPermitted(_("Only agents take tickets."))
        self.read(Body)
        ticket = take_next(by=self.caller)
        return Response(status=204) if ticket is None else self.answer(ticket)


class HandOverView(TicketView):
    @extend_schema(operation_id="hand_over", request=HandOverBody, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Give your ticket to whoever is best for it among those who work now. 409 when nobody else can take it."""
        ticket = self.staff_ticket()
        note = self.read(HandOverBody).get("note", "")
        return self.answer(hand_over(ticket, note=note, by=self.caller))
