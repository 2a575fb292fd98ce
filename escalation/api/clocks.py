"""`/tickets/HD-1042/clocks/`: the promises that run on a ticket, and how each stands."""

from datetime import datetime
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.models import Clock, Metric
from escalation.models.clock import BreachCause, ClockState
from escalation.services.clocking import running_of
from tickets.api.door import TicketView
from tickets.api.representations import Instant


class ClockSerializer(serializers.Serializer[Clock]):
    metric = serializers.ChoiceField(choices=Metric.choices)
    cycle = serializers.IntegerField()
    state = serializers.ChoiceField(choices=ClockState.choices)
    policy = serializers.CharField(source="policy.name", help_text="The SLA policy that made the promise.")
    policy_version = serializers.IntegerField()
    target_seconds = serializers.IntegerField(help_text="Promised working seconds.")
    elapsed_seconds = serializers.SerializerMethodField(help_text="Working seconds used so far, pauses left out.")
    paused_seconds = serializers.IntegerField(help_text="Working seconds in the closed pauses.")
    started_at = Instant()
    due_at = Instant(allow_null=True, help_text="Null while paused: then there is time left, but no deadline.")
    warning_at, warned_at = Instant(allow_null=True), Instant(allow_null=True)
    paused_at, stopped_at = Instant(allow_null=True), Instant(allow_null=True)
    breached_at = Instant(allow_null=True)
    breach_cause = serializers.ChoiceField(choices=BreachCause.choices, allow_blank=True)

    def get_elapsed_seconds(self, clock: Clock) -> int:
        until: datetime = clock.stopped_at or self.context["as_of"]
        return running_of(clock).elapsed(until, paused_at=clock.paused_at)


class ClocksView(TicketView):
    filter_backends = []
    serializer_class = ClockSerializer

    @extend_schema(operation_id="list_clocks", responses=ClockSerializer(many=True))
    def get(self, request: Request, reference: str) -> Response:
        """Every clock of the ticket, running or not. Staff only."""
        clocks = Clock.objects.filter(ticket=self.staff_ticket()).select_related("policy", "calendar_version")
        return Response(self.get_serializer(clocks.order_by("pk"), many=True).data)

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "as_of": now()}
