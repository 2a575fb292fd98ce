"""`/tickets/HD-1042/duplicate/`: the same was asked before."""

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from helpdesk.core.errors import InvalidInput
from tickets.api.door import TicketView
from tickets.api.fields import Line
from tickets.api.representations import TicketDetailSerializer
from tickets.models import Ticket
from tickets.models.ticket import number_from
from tickets.services.duplicates import mark_duplicate


class DuplicateBody(Body):
    of = Line(max_length=40, help_text="The reference of the ticket that asks the same.")
    lets_follow = serializers.BooleanField(
        default=True, help_text="Whether the requester may read and follow that ticket from now on."
    )


class DuplicateView(TicketView):
    @extend_schema(operation_id="mark_duplicate", request=DuplicateBody, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Close the ticket as a duplicate of another, which its requester follows from now on. Staff of both only."""
        ticket = self.staff_ticket()
        body = self.read(DuplicateBody)
        original = self._find(body["of"])
        return self.answer(mark_duplicate(ticket, of=original, by=self.caller, lets_follow=body["lets_follow"]))

    def _find(self, reference: str) -> Ticket:
        """One that the caller doesn't see is answered like one that doesn't exist."""
        number = number_from(reference)
        found = None if number is None else self.visible().filter(number=number).first()
        if found is None:
            raise InvalidInput({"of": [_("There is no ticket “%(reference)s”.") % {"reference": reference}]})
        return found
