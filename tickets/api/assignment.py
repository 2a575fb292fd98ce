"""`/tickets/HD-1042/assignment/`: who has it, by hand or decided anew."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.core.bodies import Body
from teams.models import User
from tickets.api.door import TicketView
from tickets.api.fields import PersonField, TeamField
from tickets.api.people import find_person
from tickets.api.representations import TicketDetailSerializer
from tickets.models import Ticket
from tickets.services.assigning import assign_ticket, route_ticket, take_back


class AssignmentBody(Body):
    assignee = PersonField(required=False, help_text="An agent's id or e-mail address.")
    team = TeamField(required=False, help_text="The slug of one of the agent's teams.")
    automatic = serializers.BooleanField(default=False, help_text="Find team and person anew from the rules.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["automatic"] == ("assignee" in attrs):
            raise serializers.ValidationError({"assignee": [_("Name an assignee, or set “automatic”.")]})
        if attrs["automatic"] and "team" in attrs:
            raise serializers.ValidationError({"team": [_("The rules choose the team.")]})
        return attrs


class AssignmentView(TicketView):
    @extend_schema(operation_id="assign_ticket", request=AssignmentBody, responses=TicketDetailSerializer)
    def post(self, request: Request, reference: str) -> Response:
        """Give the ticket to an agent, or let the rules decide again. Staff only."""
        ticket = self.staff_ticket()
        return self.answer(self._assign(ticket, self.read(AssignmentBody)))

    @extend_schema(operation_id="take_ticket_back", request=None, responses={200: TicketDetailSerializer})
    def delete(self, request: Request, reference: str) -> Response:
        """Take the assignee away. Without a new one soon, the ticket assigns itself. Staff only."""
        ticket = self.staff_ticket()
        self.read(Body)
        return self.answer(take_back(ticket, by=self.caller))

    def _assign(self, ticket: Ticket, body: dict[str, Any]) -> Ticket:
        if body["automatic"]:
            return route_ticket(ticket, by=self.caller)
        agent = find_person(User.objects.filter(is_staff=True, is_active=True), body["assignee"])
        if agent is None:
            raise ValidationError({"assignee": [_("There is no such active agent.")]})
        return assign_ticket(ticket, to=agent, team=body.get("team"), by=self.caller)
