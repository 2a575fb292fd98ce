"""The base of everything below one ticket: found through `visible_to()`, answered with its fresh state."""

from functools import cached_property
from typing import Any

from django.http import Http404
from rest_framework.response import Response

from helpdesk.core.views import ApiView
from teams.api.caller import caller
from teams.models import User
from tickets.api.representations import TicketDetailSerializer, told_to
from tickets.models import Ticket
from tickets.models.ticket import TicketQuerySet, number_from
from tickets.permissions import check_staff


class TicketView(ApiView):
    """Invisible is 404, as is a reference that is none; visible but not permitted is 403, said by the verbs."""

    @property
    def caller(self) -> User:
        return caller(self.request)

    @cached_property
    def ticket(self) -> Ticket:
        number = number_from(self.kwargs["reference"])
        ticket = None if number is None else self.visible().filter(number=number).first()
        if ticket is None:
            raise Http404
        return ticket

    def visible(self) -> TicketQuerySet:
        return Ticket.objects.visible_to(self.caller)

    def staff_ticket(self) -> Ticket:
        """The ticket for whoever works on it. Asked before the body is read, so that refusals tell nothing about it."""
        check_staff(self.ticket, self.caller)
        return self.ticket

    def answer(self, ticket: Ticket, status: int = 200) -> Response:
        """The state after a change, for whoever just made it: also when the ticket is now out of their sight."""
        fresh = told_to(self.caller, Ticket.objects.filter(pk=ticket.pk)).get()
        return self.tell(fresh, status)

    def tell(self, ticket: Ticket, status: int = 200, **known: Any) -> Response:
        """`known` is what the representation need not ask for."""
        body = TicketDetailSerializer(context={**self.get_serializer_context(), **known}).to_representation(ticket)
        return Response(body, status=status, headers={"ETag": f'"{ticket.version}"'})
