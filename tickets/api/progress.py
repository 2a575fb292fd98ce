"""`/tickets/HD-1042/work/`, `…/waiting/`, `…/resolution/` and `…/closure/`: the lifecycle as nouns."""

from collections.abc import Callable

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.fields import MessageBody
from tickets.api.representations import TicketDetailSerializer
from tickets.models import Ticket
from tickets.services.progressing import resume, start_work, wait_for_customer
from tickets.services.resolving import close_ticket, reopen_ticket, resolve_ticket


class WaitingBody(Body):
    reason = MessageBody(required=False, allow_blank=True, help_text="Kept as an internal note.")


class ProgressView(TicketView):
    def do(self, verb: Callable[..., Ticket]) -> Response:
        """A verb that takes nothing but the ticket and whoever asks."""
        ticket = self.ticket
        self.read(Body)
        return self.answer(verb(ticket, by=self.caller))


class WorkView(ProgressView):
    @extend_schema(operation_id="start_work", request=None, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Start. A ticket that nobody has becomes yours. Staff only."""
        return self.do(start_work)


class WaitingView(ProgressView):
    @extend_schema(operation_id="wait_for_customer", request=WaitingBody, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Wait until the customer writes; the resolution's clock pauses. Staff only."""
        ticket = self.staff_ticket()
        reason = self.read(WaitingBody).get("reason", "")
        return self.answer(wait_for_customer(ticket, reason=reason, by=self.caller))

    @extend_schema(operation_id="resume", request=None, responses={200: TicketDetailSerializer})
    def delete(self, request: Request, reference: str) -> Response:
        """Stop waiting. Staff only."""
        return self.do(resume)


class ResolutionView(ProgressView):
    @extend_schema(operation_id="resolve_ticket", request=None, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Mark the ticket resolved. Staff and its requester."""
        return self.do(resolve_ticket)

    @extend_schema(operation_id="reopen_ticket", request=None, responses={200: TicketDetailSerializer})
    def delete(self, request: Request, reference: str) -> Response:
        """Reopen a resolved ticket that is not closed yet. Staff and its requester."""
        return self.do(reopen_ticket)


class ClosureView(ProgressView):
    @extend_schema(operation_id="close_ticket", request=None, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Close a resolved ticket for good, before it closes by itself. Staff only."""
        return self.do(close_ticket)
