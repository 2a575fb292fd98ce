"""`/tickets/HD-1042/escalations/`: what fired on a ticket, what was skipped and why, and what is to come."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.models import Escalation, EscalationTimer
from escalation.services.snoozing import levels_to_come
from tickets.api.door import TicketView
from tickets.api.representations import Instant


class EscalationSerializer(serializers.Serializer[Escalation]):
    policy = serializers.CharField(source="level.policy.name")
    level = serializers.IntegerField(source="level.number")
    episode = serializers.CharField(help_text="What the level counted from. It fires once an episode.")
    outcome = serializers.ChoiceField(choices=Escalation.Outcome.choices)
    failed_condition = serializers.CharField(help_text="The condition for which it was skipped.")
    due_at, fired_at = Instant(), Instant()
    results = serializers.ListField(child=serializers.DictField(), help_text="One entry an action, in order.")


class TimerSerializer(serializers.Serializer[EscalationTimer]):
    policy = serializers.CharField(source="level.policy.name")
    level = serializers.IntegerField(source="level.number")
    episode = serializers.CharField()
    due_at = Instant(source="fires_at")


class EscalationsSerializer(serializers.Serializer[Any]):
    fired = EscalationSerializer(many=True)
    to_come = TimerSerializer(many=True, help_text="Unless something cancels it.")


class EscalationsView(TicketView):
    filter_backends = []
    serializer_class = EscalationsSerializer

    @extend_schema(operation_id="list_escalations", responses=EscalationsSerializer)
    def get(self, request: Request, reference: str) -> Response:
        """The run log of the ticket's levels. Staff only."""
        ticket = self.staff_ticket()
        fired = Escalation.objects.filter(ticket=ticket).select_related("level__policy").order_by("pk")
        to_come = levels_to_come(ticket, as_of=now())
        return Response(self.get_serializer({"fired": fired, "to_come": to_come}).data)
