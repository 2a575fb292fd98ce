"""`/tickets/HD-1042/priority/` and `…/category/`: how urgent it is, and what it is about."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from tickets.api.door import TicketView
from tickets.api.fields import CategoryField, PriorityField
from tickets.api.representations import TicketDetailSerializer
from tickets.services.categorising import change_category
from tickets.services.prioritising import change_priority


class PriorityBody(Body):
    priority = PriorityField()


class CategoryBody(Body):
    category = CategoryField(allow_null=True)


class PriorityView(TicketView):
    @extend_schema(operation_id="change_priority", request=PriorityBody, responses=TicketDetailSerializer)
    def put(self, request: Request, reference: str) -> Response:
        """Set the priority. The promises are worked out anew from the opening on. Staff only."""
        ticket = self.staff_ticket()
        return self.answer(change_priority(ticket, to=self.read(PriorityBody)["priority"], by=self.caller))


class CategoryView(TicketView):
    @extend_schema(operation_id="change_category", request=CategoryBody, responses=TicketDetailSerializer)
    def put(self, request: Request, reference: str) -> Response:
        """Set the category. The rules may then give the ticket to another team. Staff only."""
        ticket = self.staff_ticket()
        return self.answer(change_category(ticket, to=self.read(CategoryBody)["category"], by=self.caller))
